using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Model.Checkpoints;

namespace DepthVla.Robot.Model.Tests.Policies;

/// <summary>Chunks that go on from the plan being executed.</summary>
public sealed class PolicyContinuationTests
{
    [Theory]
    [InlineData(ContinuationMethod.Guidance)]
    [InlineData(ContinuationMethod.Inpainting)]
    public async Task InferAsync_PlanRunning_KeepsItsCommittedSteps(ContinuationMethod method)
    {
        using var policy = new TinyPolicy(continuation: method);
        var (first, other) = (await policy.Infer(TinyObservation.Create(1)), TinyObservation.Create(2));
        var (dims, left) = (first.Dims, first.Actions[(4 * first.Dims)..]);   // four steps are over
        var alone = await policy.Infer(other);
        var chunk = await policy.Infer(other with { Running = new(3, dims, left) });

        Assert.Equal(new Continued(method, 3, Clamped: false), chunk.Continued);
        for (var i = 0; i < 3 * dims; i++) Assert.Equal(left.Span[i], chunk.Actions.Span[i], 1e-5f);
        Assert.NotEqual(TinyPolicy.Bits(alone)[(3 * dims)..], TinyPolicy.Bits(chunk)[(3 * dims)..]);
        Assert.Null(alone.Continued);
        Assert.Equal(TinyPolicy.Bits(alone), await policy.InferBits(other));  // nothing is remembered
    }

    [Fact]
    public async Task InferAsync_MoreCommittedThanAChunkHas_IsClampedAndSaysSo()
    {
        using var policy = new TinyPolicy(continuation: ContinuationMethod.Inpainting);
        var first = await policy.Infer(TinyObservation.Create(1));
        var chunk = await policy.Infer(TinyObservation.Create(2) with { Running = new(5000, first.Dims, new float[900 * first.Dims]) });
        Assert.Equal(new Continued(ContinuationMethod.Inpainting, first.Steps - 1, Clamped: true), chunk.Continued);

        var none = await policy.Infer(TinyObservation.Create(2) with { Running = new(2, first.Dims, Array.Empty<float>()) });
        Assert.Equal(new Continued(ContinuationMethod.Inpainting, 0, Clamped: true), none.Continued);
    }

    [Fact]
    public async Task InferAsync_PlanOfOtherNumbers_IsRefused()
    {
        using var policy = new TinyPolicy(continuation: ContinuationMethod.Inpainting);
        var refused = await Assert.ThrowsAsync<InvalidObservationException>(() => policy.Infer(TinyObservation.Create() with { Running = new(1, 3, new float[6]) }));
        Assert.Equal("running.dims", refused.Field);
    }

    [Fact]
    public async Task InferAsync_PolicyThatDoesNotContinue_IgnoresThePlan()
    {
        using var policy = new TinyPolicy();
        var question = TinyObservation.Create();
        Assert.Equal(ContinuationMethod.None, policy.Info.Continues);
        Assert.Equal(await policy.InferBits(question), await policy.InferBits(question with { Running = new(2, 7, new float[28]) }));
    }

    [Fact]
    public void Load_PrefixNotTrained_SaysWhatToDo()
    {
        var refused = Assert.Throws<CheckpointException>(() => new TinyPolicy(continuation: ContinuationMethod.Prefix));
        Assert.Contains("policy.max_committed_steps: expected 1 or more", refused.Message, StringComparison.Ordinal);
        Assert.Contains("guidance", refused.Message, StringComparison.Ordinal);
    }
}
