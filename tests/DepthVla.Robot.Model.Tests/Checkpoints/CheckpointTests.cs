using System.Security.Cryptography;
using DepthVla.Robot.Model.Checkpoints;
using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Torch.Safetensors;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Tests.Checkpoints;

public sealed class CheckpointTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("checkpoint").FullName;

    private static CheckpointConfig Tiny => Presets.Load("depthvla-tiny-joints");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(DType.BFloat16)]
    [InlineData(DType.Float32)]
    public void Init_ThenOpen_HoldsEveryParameter(DType dtype)
    {
        Init(_folder, Tiny, dtype);
        using var checkpoint = Checkpoint.Open(_folder);
        Assert.Equal(dtype, checkpoint.StoredType);
        Assert.Equal(4_206_092, checkpoint.Parameters);
        Assert.Equal(64, checkpoint.Hash.Length);
        Assert.False(checkpoint.Config.Trained);

        using var scope = new TensorScope();
        var weights = checkpoint.Weights.Tensor("vlm.layers.0.self_attn.q_proj.weight").To(DType.Float32).ToArray<float>();
        Assert.Equal(0, weights.Average(), 1e-3);
        Assert.Equal(0.0176, Math.Sqrt(weights.Average(w => w * w)), 5e-4);                      // 0.02 · √0.7737, cut at ±2 σ
        Assert.All(checkpoint.Weights.Tensor("depth.encoder.blocks.0.ls1.gamma").To(DType.Float32).ToArray<float>(), w => Assert.Equal(1, w));
        Assert.All(checkpoint.Weights.Tensor("vlm.norm.weight").To(DType.Float32).ToArray<float>(), w => Assert.Equal(0, w));
    }

    /// <summary>Generator and normal distribution are ours: what one machine wrote once, every machine writes.</summary>
    [Fact]
    public void Init_PresetWithItsSeed_WritesTheseBytes()
    {
        Init(_folder, Tiny, DType.BFloat16);
        var hash = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(_folder, "model.safetensors"))));
        Assert.Equal("6f3a743b10e528bc3a3f5052118fc659a4178dee79d25e51099642aa3e6393a8", hash);
    }

    [Fact]
    public void Init_SameSeed_SameHash_OtherSeed_OtherHash()
    {
        var folders = Enumerable.Range(0, 3).Select(i => Path.Combine(_folder, $"{i}")).ToArray();
        Init(folders[0], Tiny, DType.BFloat16);
        Init(folders[1], Tiny, DType.BFloat16);
        Init(folders[2], Tiny with { Seed = 8 }, DType.BFloat16);
        var hashes = folders.Select(f => { using var c = Checkpoint.Open(f); return c.Hash; }).ToArray();
        Assert.Equal(hashes[0], hashes[1]);
        Assert.NotEqual(hashes[0], hashes[2]);
    }

    [Fact]
    public void Open_OneBitFlipped_IsRefused()
    {
        Init(_folder, Tiny, DType.BFloat16);
        using (var file = new FileStream(Path.Combine(_folder, "model.safetensors"), FileMode.Open))
        {
            file.Position = file.Length / 2;
            var value = file.ReadByte();
            file.Position--;
            file.WriteByte((byte)(value ^ 1));
        }

        Assert.Contains("checkpoint.sha256", Assert.Throws<CheckpointException>(() => Checkpoint.Open(_folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_MissingExtraAndMisshapenTensors_AreAllListed()
    {
        Init(_folder, Tiny, DType.BFloat16);
        File.Delete(Path.Combine(_folder, "checkpoint.sha256"));
        using (var file = SafetensorsFile.Open(Path.Combine(_folder, "model.safetensors")))
        {
            var sources = file.Header.Entries.Where(e => e.Name != "vlm.norm.weight").Select(e => Zeros(e.Name, e.Name == "depth.head.bias" ? [7] : e.Shape));
            SafetensorsWriter.Write(Path.Combine(_folder, "other.safetensors"), [.. sources, Zeros("vlm.surplus", [2])]);
        }

        File.Move(Path.Combine(_folder, "other.safetensors"), Path.Combine(_folder, "model.safetensors"), overwrite: true);
        var problems = Assert.Throws<CheckpointException>(() => Checkpoint.Open(_folder)).Problems;
        Assert.Equal(["extra: vlm.surplus [2]", "mis-shaped: depth.head.bias [196] is stored as [7]", "missing: vlm.norm.weight [192]"], problems.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Open_BrokenConfigAndStats_ListsBoth()
    {
        Init(_folder, Tiny, DType.BFloat16);
        File.WriteAllText(Path.Combine(_folder, "config.json"), "{}");
        File.WriteAllText(Path.Combine(_folder, "norm_stats.json"), "{");
        var problems = Assert.Throws<CheckpointException>(() => Checkpoint.Open(_folder)).Problems;
        Assert.Contains(problems, p => p.StartsWith("config.json", StringComparison.Ordinal));
        Assert.Contains(problems, p => p.StartsWith("norm_stats.json", StringComparison.Ordinal));
    }

    [Fact]
    public void Init_SentencePieceWithoutFile_SaysSo()
    {
        var config = Tiny with { Policy = Tiny.Policy with { Tokenizer = TokenizerKind.SentencePiece } };
        Assert.Contains("tokenizer", Assert.Throws<CheckpointException>(() => Init(_folder, config, DType.BFloat16)).Message, StringComparison.Ordinal);
    }

    private static void Init(string folder, CheckpointConfig config, DType dtype) => CheckpointWriter.Init(folder, config, Presets.NominalStats(), null, dtype);

    private static TensorSource Zeros(string name, IReadOnlyList<long> shape) =>
        new(name, DType.BFloat16, shape, s => s.Write(new byte[2 * shape.Aggregate(1L, (a, b) => a * b)]));
}
