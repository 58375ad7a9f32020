using DepthVla.Robot.Model.Checkpoints;
using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Tests.Checkpoints;

/// <summary>The trained policy that ships. What it gets done is another test's matter.</summary>
public sealed class ShippedCheckpointTests : IDisposable
{
    private readonly Checkpoint _shipped = Checkpoint.Open(ShippedCheckpoint.Folder);

    public void Dispose() => _shipped.Dispose();

    [Fact]
    public void Open_Shipped_IsWholeAndTrained()
    {
        Assert.Equal(_shipped.Hash, File.ReadAllText(Path.Combine(ShippedCheckpoint.Folder, "checkpoint.sha256")).Trim());
        Assert.Empty(_shipped.NotFinite());
        Assert.True(_shipped.Config.Trained);
        Assert.Equal((ShippedCheckpoint.Name, DType.BFloat16), (_shipped.Config.Name, _shipped.StoredType));
        Assert.InRange(Directory.GetFiles(ShippedCheckpoint.Folder).Sum(file => new FileInfo(file).Length), 1, 25_000_000);
    }

    /// <summary>No part at inference that the committed configs do not name, and none that the paper does not have.</summary>
    [Fact]
    public void Open_Shipped_IsWhatTheCommittedConfigSays()
    {
        var committed = Presets.Load(Path.Combine(ShippedCheckpoint.Folder, "../../training/depthvla-tiny.model.json"));
        Assert.Equal(ModelJson.Write(committed.Network), ModelJson.Write(_shipped.Config.Network));
        Assert.Equal(ModelJson.Write(committed with { Trained = true, Seed = null, Sources = null }), ModelJson.Write(_shipped.Config with { Seed = null, Sources = null }));
    }
}
