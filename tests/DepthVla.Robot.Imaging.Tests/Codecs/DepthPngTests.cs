using System.Buffers.Binary;
using DepthVla.Robot.Imaging.Codecs;
using FsCheck;
using FsCheck.Xunit;

namespace DepthVla.Robot.Imaging.Tests.Codecs;

public sealed class DepthPngTests
{
    private static readonly byte[] Valid = DepthPng.Encode(Noise(24, 16, seed: 1));

    [Property(MaxTest = 100)]
    public bool Decode_EncodedNoise_IsTheSame(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        var depth = Noise(random.Next(1, 70), random.Next(1, 70), seed.Item);
        var png = DepthPng.Encode(depth);
        var decoded = DepthPng.Decode(png);
        return decoded.Size == depth.Size && DepthPng.ReadSize(png) == depth.Size && decoded.Millimetres.SequenceEqual(depth.Millimetres);
    }

    [Fact]
    public void Decode_BytesByHand_AreBigEndianSamples()
    {
        var png = PngBytes.Of(3, 1, bitDepth: 16, PngBytes.Grey, [0, 0x00, 0x01, 0x12, 0x34, 0xFF, 0xFF]);
        Assert.Equal([1, 0x1234, 0xFFFF], DepthPng.Decode(png).Millimetres.ToArray());
    }

    /// <summary>A writer may say that its samples are sRGB; they are millimetres nevertheless.</summary>
    [Theory]
    [InlineData("gAMA", 45455)]
    [InlineData("gAMA", 220000)]
    [InlineData("sRGB", -1)]
    public void Decode_FileSpeaksOfLight_SamplesStayAsTheyAre(string type, int value)
    {
        var data = value < 0 ? [0] : new byte[4];
        if (value >= 0) BinaryPrimitives.WriteInt32BigEndian(data, value);
        byte[] png = [.. Valid[..33], .. PngBytes.Chunk([.. type.Select(c => (byte)c)], data), .. Valid[33..]];
        Assert.Equal(DepthPng.Decode(Valid).Millimetres.ToArray(), DepthPng.Decode(png).Millimetres.ToArray());
    }

    [Fact]
    public void Encode_File_SaysNothingOfLight()
    {
        Assert.Equal(-1, Valid.AsSpan().IndexOf("gAMA"u8));
        Assert.Equal((16, 0), (Valid[24], Valid[25]));
    }

    [Fact]
    public void Decode_OtherPng_SaysWhatItIs()
    {
        AssertRefused(PngCodec.Encode(Pictures.Gradient(8, 8)), "the PNG has 8 bits a sample and colour type 2; depth needs 16 bits of grey (colour type 0)");
        AssertRefused(PngBytes.Of(1, 1, bitDepth: 8, PngBytes.Grey, [0, 7]), "the PNG has 8 bits a sample and colour type 0;");
        AssertRefused(JpegCodec.Encode(Pictures.Gradient(8, 8)), "not a PNG");
        AssertRefused([], "not a PNG");
        AssertRefused(PngBytes.Of(100_000, 100_000, bitDepth: 16, PngBytes.Grey, [0]), "the PNG is 100000x100000; at most");
    }

    [Fact]
    public void Decode_EveryTruncationOfItsSamples_IsRefused()
    {
        var endOfSamples = Valid.AsSpan().IndexOf("IEND"u8) - 4 - 4;
        for (var length = 0; length < endOfSamples; length++) Assert.Throws<InvalidImageException>(() => DepthPng.Decode(Valid.AsSpan(0, length)));
    }

    [Property(MaxTest = 1000)]
    public bool Decode_DamagedFile_GivesDepthOrRefuses(DoNotSize<int> seed) => GivesDepthOrRefuses(Damage.Apply(Valid, seed.Item));

    [Property(MaxTest = 300)]
    public bool Decode_AnyBytes_GivesDepthOrRefuses(byte[] bytes) => GivesDepthOrRefuses(bytes) && GivesDepthOrRefuses([.. Valid[..33], .. bytes]);

    private static DepthImage Noise(int width, int height, int seed)
    {
        var random = new Random(seed);
        return new(new(width, height), [.. Enumerable.Range(0, width * height).Select(_ => (ushort)random.Next(ushort.MaxValue + 1))]);
    }

    private static void AssertRefused(byte[] bytes, string expected) =>
        Assert.StartsWith(expected, Assert.Throws<InvalidImageException>(() => DepthPng.Decode(bytes)).Message, StringComparison.Ordinal);

    private static bool GivesDepthOrRefuses(byte[] bytes)
    {
        try
        {
            return DepthPng.Decode(bytes).Size.IsAllowed;
        }
        catch (InvalidImageException e)
        {
            return e.Message.Length > 0;
        }
    }
}
