using System.Buffers.Binary;
using System.Text;
using DepthVla.Robot.Fixtures;
using DepthVla.Robot.Torch.Safetensors;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Torch.Tests.Safetensors;

public sealed class SafetensorsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("safetensors").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void WriteThenOpen_SeveralTypes_GivesTheSameBytes()
    {
        var path = Path.Combine(_folder, "model.safetensors");
        byte[] a = [1, 2, 3, 4, 5, 6, 7, 8];
        SafetensorsWriter.Write(path, [Source("a", DType.Float32, [2, 1], a), Source("empty", DType.Float64, [0, 3], []), Source("b", DType.BFloat16, [], [9, 10])],
            new Dictionary<string, string> { ["format"] = "pt" });

        using var file = SafetensorsFile.Open(path);

        Assert.Equal(["a", "empty", "b"], file.Header.Entries.Select(e => e.Name));
        Assert.Equal(a, file.Bytes("a").ToArray());
        Assert.Equal([9, 10], file.Bytes("b").ToArray());
        Assert.Equal("pt", file.Header.Metadata["format"]);
        Assert.Equal(0, file.Header.DataStart % 64);
        Assert.Empty(Directory.GetFiles(_folder, "*.partial"));
    }

    [Fact]
    public void Write_SourceOfTheWrongLength_ThrowsAndLeavesNoFile()
    {
        var path = Path.Combine(_folder, "model.safetensors");
        Assert.Throws<InvalidOperationException>(() => SafetensorsWriter.Write(path, [Source("a", DType.Float32, [2], [1])]));
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void Tensor_FileDisposedFirst_KeepsItsBytes()
    {
        var path = Path.Combine(_folder, "model.safetensors");
        SafetensorsWriter.Write(path, [Source("a", DType.Float32, [2], [.. BitConverter.GetBytes(1.5f), .. BitConverter.GetBytes(-2f)])]);
        var file = SafetensorsFile.Open(path);
        using var tensor = file.Tensor("a");
        file.Dispose();
        Assert.Equal([1.5f, -2f], tensor.ToArray<float>());
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[4],"data_offsets":[6,10]}}""", 10, "overlaps")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[1],"data_offsets":[9,10]}}""", 10, "gap")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 7, "short")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 9, "too long")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "does not fill")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}""", 0, "does not fill")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", 8, "whole number")]
    [InlineData("""{"a":{"dtype":"F31","shape":[2],"data_offsets":[0,8]}}""", 8, "dtype")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", 8, "begin, end")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2]}}""", 8, "data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "JSON")]
    [InlineData("""[1]""", 0, "object")]
    [InlineData("""{"__metadata__":{"x":1}}""", 0, "not a string")]
    [InlineData("""{"a" """, 0, "JSON")]
    public void Parse_HeaderThatLies_IsRefused(string json, long dataLength, string reason)
    {
        var e = Assert.Throws<SafetensorsException>(() => SafetensorsHeader.Parse(Encoding.UTF8.GetBytes(json), dataLength));
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(8)]
    public void Open_TruncatedPrefix_IsRefused(int length)
    {
        var path = Path.Combine(_folder, "short.safetensors");
        var bytes = new byte[length];
        if (length == 8) BinaryPrimitives.WriteUInt64LittleEndian(bytes, ulong.MaxValue);
        File.WriteAllBytes(path, bytes);
        var e = Assert.Throws<SafetensorsException>(() => SafetensorsFile.Open(path));
        Assert.Contains(path, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_FuzzedHeaders_AreReadOrRefusedNeverWorse()
    {
        var original = File.ReadAllBytes(new Fixture(FixtureFolders.Of(FixtureKind.DinoV2).First().Data.Folder).InFolder("weights.safetensors"));
        var headerLength = (int)BinaryPrimitives.ReadUInt64LittleEndian(original);
        var random = new Random(1);
        var refused = 0;
        for (var round = 0; round < 5000; round++)
        {
            var header = original.AsSpan(0, 8 + headerLength).ToArray();
            for (var change = random.Next(1, 6); change > 0; change--)
            {
                header[random.Next(header.Length)] = random.Next(3) == 0 ? (byte)random.Next(256) : (byte)"0123456789{}[]\",:-eE"[random.Next(20)];
            }

            try { SafetensorsHeader.Read(new MemoryStream([.. header, .. original.AsSpan(8 + headerLength, 64)])); }
            catch (SafetensorsException) { refused++; }
        }

        Assert.Equal(5000, refused); // the data was cut to 64 bytes: no mutation makes that right
    }

    [Fact]
    public void OpenSet_Shards_FindsEveryTensor()
    {
        WriteShards();
        using var set = SafetensorsSet.Open(_folder);
        Assert.Equal(["a", "b"], set.Entries.Select(e => e.Name).Order(StringComparer.Ordinal));
        using var b = set.Tensor("b");
        Assert.Equal([7], b.ToArray<byte>());
    }

    [Theory]
    [InlineData("""{"weight_map":{"a":"1.safetensors","b":"3.safetensors"}}""", "missing")]
    [InlineData("""{"weight_map":{"a":"1.safetensors","b":"1.safetensors"}}""", "is not in")]
    [InlineData("""{"weight_map":{"a":"1.safetensors"}}""", null)]
    [InlineData("""{"weight_map":{"a":"../1.safetensors","b":"2.safetensors"}}""", "file name")]
    [InlineData("""{"weight_map":3}""", "weight_map")]
    [InlineData("""{}""", "weight_map")]
    [InlineData("""nonsense""", "weight_map")]
    public void OpenSet_IndexThatLies_IsRefused(string index, string? reason)
    {
        WriteShards();
        File.WriteAllText(Path.Combine(_folder, "model.safetensors.index.json"), index);
        if (reason is null)
        {
            using var set = SafetensorsSet.Open(_folder); // a shard that no tensor names is not opened
            Assert.False(set.Contains("b"));
            return;
        }

        var e = Assert.Throws<SafetensorsException>(() => SafetensorsSet.Open(_folder));
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
    }

    private static TensorSource Source(string name, DType dtype, long[] shape, byte[] bytes) => new(name, dtype, shape, s => s.Write(bytes));

    private void WriteShards()
    {
        SafetensorsWriter.Write(Path.Combine(_folder, "1.safetensors"), [Source("a", DType.UInt8, [2], [1, 2])]);
        SafetensorsWriter.Write(Path.Combine(_folder, "2.safetensors"), [Source("b", DType.UInt8, [1], [7])]);
        File.WriteAllText(Path.Combine(_folder, "model.safetensors.index.json"), """{"metadata":{},"weight_map":{"a":"1.safetensors","b":"2.safetensors"}}""");
    }
}
