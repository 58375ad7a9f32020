using DepthVla.Robot.Core.Policies;

namespace DepthVla.Robot.Model.Tests.Policies;

/// <summary>Several robots' observations answered together: each as if it were alone, to rounding.</summary>
public sealed class PolicyBatchTests
{
    // Of bfloat16 in sums of another order, rad and m; between two observations the same numbers differ a hundred times as much.
    private const float Rounding = 0.01f;

    [Fact]
    public async Task InferBatch_DifferentPicturesAndPrompts_IsEachAlone()
    {
        using var policy = new TinyPolicy();
        Observation[] asked =
        [
            TinyObservation.Create(1) with { WantDepth = true }, TinyObservation.Create(2) with { Instruction = "put the carrot on the plate, the yellow one" },
            TinyObservation.Create(3, TinyObservation.Frame("primary", TinyObservation.Picture(7)), TinyObservation.Frame("wrist", TinyObservation.Picture(8))) with { NoiseSeed = 99 },
        ];

        var answers = policy.InferBatch(asked);

        for (var i = 0; i < asked.Length; i++)
        {
            var (alone, together) = (await policy.Infer(asked[i]), answers[i].Chunk!);
            Assert.Equal((alone.BasedOnSequence, alone.NoiseSeed, alone.FirstStepTimeNs, alone.Depth.Length), (together.BasedOnSequence, together.NoiseSeed, together.FirstStepTimeNs, together.Depth.Length));
            AssertNear(alone, together);
        }

        Assert.True(Distance(answers[0].Chunk!, answers[2].Chunk!) > 3 * Rounding, "the three are alike, and the test says nothing");
    }

    [Fact]
    public async Task InferBatch_OneBrokenAndOneWithoutACamera_TheOthersAreAnsweredAllTheSame()
    {
        using var policy = new TinyPolicy();
        var whole = TinyObservation.Create(1);
        Observation[] asked =
        [
            whole, whole with { Sequence = 2, Instruction = new string('a', 200) }, whole with { Sequence = 3, Frames = [whole.Frames[0]] }, whole with { Sequence = 4 },
        ];

        var answers = policy.InferBatch(asked);

        Assert.Equal("instruction", answers[1].Refusal!.Field);
        Assert.Null(answers[1].Chunk);
        foreach (var i in (int[])[0, 2, 3]) AssertNear(await policy.Infer(asked[i]), answers[i].Chunk!);
    }

    [Theory]
    [InlineData(ContinuationMethod.Guidance)]
    [InlineData(ContinuationMethod.Inpainting)]
    public async Task InferBatch_SomeWithPlansRunning_EachGoesOnFromItsOwn(ContinuationMethod method)
    {
        using var policy = new TinyPolicy(continuation: method);
        var first = await policy.Infer(TinyObservation.Create(1));
        Observation[] asked =
        [
            TinyObservation.Create(2) with { Running = new(3, first.Dims, first.Actions[(4 * first.Dims)..]) }, TinyObservation.Create(3),
            TinyObservation.Create(4) with { Running = new(1, first.Dims, first.Actions[(2 * first.Dims)..]) },
        ];

        var answers = policy.InferBatch(asked);

        Assert.Equal([new Continued(method, 3, false), null, new Continued(method, 1, false)], answers.Select(a => a.Chunk!.Continued));
        for (var i = 0; i < asked.Length; i++) AssertNear(await policy.Infer(asked[i]), answers[i].Chunk!);
        for (var i = 0; i < 3 * first.Dims; i++) Assert.Equal(first.Actions.Span[(4 * first.Dims) + i], answers[0].Chunk!.Actions.Span[i], 1e-5f);
    }

    private static void AssertNear(ActionChunk one, ActionChunk other) => Assert.InRange(Distance(one, other), 0, Rounding);

    private static float Distance(ActionChunk one, ActionChunk other) => one.Actions.ToArray().Zip(other.Actions.ToArray(), (a, b) => Math.Abs(a - b)).Max();
}
