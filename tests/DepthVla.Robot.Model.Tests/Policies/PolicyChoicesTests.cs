using DepthVla.Robot.Model.Checkpoints;
using DepthVla.Robot.Model.Policies;

namespace DepthVla.Robot.Model.Tests.Policies;

/// <summary>What is left to whoever serves a checkpoint.</summary>
public sealed class PolicyChoicesTests
{
    [Fact]
    public async Task FlowSteps_AsTheCheckpointSays_AreTheSame_Others_AreNot()
    {
        using var usual = new TinyPolicy();
        using var ten = new TinyPolicy(flowSteps: 10);
        using var two = new TinyPolicy(flowSteps: 2);
        var expected = await usual.InferBits(TinyObservation.Create());
        Assert.Equal(expected, await ten.InferBits(TinyObservation.Create()));
        Assert.NotEqual(expected, await two.InferBits(TinyObservation.Create()));
    }

    [Fact]
    public void FlowSteps_None_SaysWhatIsExpected()
    {
        var refused = Assert.Throws<CheckpointException>(() => new TinyPolicy(flowSteps: 0));
        Assert.Contains("flow steps: expected 1 to", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Engine_EagerByName_IsWhatTheCpuHasAnyway()
    {
        using var usual = new TinyPolicy();
        using var eager = new TinyPolicy(engine: InferenceEngine.Eager);
        Assert.Equal(await usual.InferBits(TinyObservation.Create()), await eager.InferBits(TinyObservation.Create()));
    }

    [Fact]
    public void Engine_GraphOnTheCpu_IsRefusedWithARemedy()
    {
        var refused = Assert.Throws<CheckpointException>(() => new TinyPolicy(engine: InferenceEngine.Graph));
        Assert.Contains("engine: graph records CUDA graphs, but the device is cpu", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_SeveralThingsThatCannotBe_AreAllNamed()
    {
        var refused = Assert.Throws<CheckpointException>(() => new TinyPolicy(flowSteps: 0, engine: InferenceEngine.Graph, depthEvery: 0));
        foreach (var problem in (string[])["flow steps: expected 1 to", "depth every: expected 1 or more", "engine: graph records CUDA graphs"])
            Assert.Contains(problem, refused.Message, StringComparison.Ordinal);
    }
}
