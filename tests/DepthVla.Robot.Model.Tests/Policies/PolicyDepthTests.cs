namespace DepthVla.Robot.Model.Tests.Policies;

/// <summary>The depth maps of <see cref="Model.Policies.DepthVlaPolicy"/>.</summary>
public sealed class PolicyDepthTests : IDisposable
{
    private readonly TinyPolicy _policy = new();

    public void Dispose() => _policy.Dispose();

    [Fact]
    public async Task InferAsync_DepthWanted_OneMapACameraInOrder()
    {
        var chunk = await _policy.Infer(TinyObservation.Create() with { WantDepth = true });
        Assert.Equal(["primary", "wrist"], chunk.Depth.Select(d => d.Camera));
        Assert.All(chunk.Depth, map =>
        {
            Assert.Equal((TinyObservation.Side, TinyObservation.Side, TinyObservation.Side * TinyObservation.Side), (map.Width, map.Height, map.Metres.Length));
            Assert.All(map.Metres.ToArray(), m => Assert.InRange(m, MathF.Exp(-7), MathF.Exp(5)));    // finite, positive, within the head's range
        });
        Assert.NotEqual(chunk.Depth[0].Metres.ToArray(), chunk.Depth[1].Metres.ToArray());
    }

    [Fact]
    public async Task InferAsync_DepthNotWanted_None() => Assert.Empty((await _policy.Infer(TinyObservation.Create())).Depth);

    [Fact]
    public async Task InferAsync_DepthWanted_LeavesTheActionsBitEqual() =>
        Assert.Equal(await _policy.InferBits(TinyObservation.Create()), await _policy.InferBits(TinyObservation.Create() with { WantDepth = true }));

    [Fact]
    public async Task InferAsync_OneCameraOut_OneMapOfTheOther()
    {
        var observation = TinyObservation.Create() with { WantDepth = true };
        var chunk = await _policy.Infer(observation with { Frames = [observation.Frames[1]] });
        Assert.Equal(["wrist"], chunk.Depth.Select(d => d.Camera));
        Assert.Equal(TinyObservation.Side * TinyObservation.Side, chunk.Depth[0].Metres.Length);
    }
}
