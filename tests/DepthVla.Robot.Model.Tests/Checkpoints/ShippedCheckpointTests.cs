using DepthVla.Robot.Model.Checkpoints;
using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Tests.Checkpoints;

/// <summary>What ships is what <c>checkpoint init --config depthvla-tiny</c> writes: nothing in it is anyone's word.</summary>
public sealed class ShippedCheckpointTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("checkpoint").FullName;
    private readonly Checkpoint _made;
    private readonly Checkpoint _shipped;

    public ShippedCheckpointTests()
    {
        CheckpointWriter.Init(_folder, Presets.Load(ShippedCheckpoint.Name), Presets.NominalStats(), tokenizer: null, DType.BFloat16);
        (_made, _shipped) = (Checkpoint.Open(_folder), Checkpoint.Open(ShippedCheckpoint.Folder));
    }

    public void Dispose()
    {
        _made.Dispose();
        _shipped.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Init_PresetWithItsSeed_MakesTheShippedTensorsByteForByte()
    {
        Assert.Equal(7UL, _shipped.Config.Seed);
        Assert.Equal(DType.BFloat16, _shipped.StoredType);
        Assert.Equal(_made.Weights.Entries.Select(e => e.Name), _shipped.Weights.Entries.Select(e => e.Name));
        Assert.All(_made.Weights.Entries, e => Assert.Equal(Bytes(_made, e.Name), Bytes(_shipped, e.Name)));
    }

    [Fact]
    public void Init_PresetWithItsSeed_HasTheShippedHash()
    {
        Assert.Equal(_shipped.Hash, _made.Hash);
        Assert.Equal(_shipped.NormalizationHash, _made.NormalizationHash);
        Assert.Equal(_shipped.Hash, File.ReadAllText(Path.Combine(ShippedCheckpoint.Folder, "checkpoint.sha256")).Trim());
    }

    [Fact]
    public void NotFinite_OfTheShippedWeights_NamesNone() => Assert.Empty(_shipped.NotFinite());

    private static byte[] Bytes(Checkpoint checkpoint, string name)
    {
        using var scope = new TensorScope();
        using var bytes = new MemoryStream();
        checkpoint.Weights.Tensor(name).WriteTo(bytes);
        return bytes.ToArray();
    }
}
