using DepthVla.Robot.Benchmarks.Shortcuts;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;

namespace DepthVla.Robot.Tools.Tests.Benchmarks;

/// <summary>How far chunks are from each other, against numbers worked out by hand.</summary>
public sealed class ShortcutRowTests
{
    private static readonly PolicyInfo Info = new()
    {
        Name = "m", ModelHash = "m", NormalizationHash = "n", Parameters = 1, Trained = true, Precision = "float32", Device = "cpu", Cameras = ["primary"],
        Joints = [new("waist", JointUnit.Radian), new("gripper", JointUnit.Metre)], Horizon = 2, StepRateHz = 10, Actions = ActionRepresentation.JointPosition, Dims = 2, HasDepth = false,
    };

    [Fact]
    public void Of_TwoChunks_TellsMetresFromRadians()
    {
        var (expected, answer) = (Chunk(1, 0.02f, 0, 0.02f), Chunk(1.1f, 0.02f, -0.3f, 0.025f));
        var row = ShortcutRow.Of("x", Info, [Timed(expected, 1), Timed(expected, 1)], [Timed(answer, 2), Timed(expected, 4)]);
        Assert.Equal(3, row.ProcessorMs);
        Assert.Equal(300, row.Milliradians.Max, 1e-3);
        Assert.Equal(5, row.Millimetres.Max, 1e-3);
        Assert.Equal(Likeness.Cosine(expected.Actions.Span, answer.Actions.Span), row.LeastCosine);
        Assert.InRange(row.LeastCosine, 0.9, 0.99);
        Assert.Equal((row.LeastCosine + 1) / 2, row.MeanCosine, 1e-9);
    }

    [Fact]
    public void Of_ToolPoses_ThePlaceAndTheGripperAreMetres()
    {
        var info = Info with { Actions = ActionRepresentation.ToolPoseDelta, Dims = 7 };
        var (zero, moved) = (Chunk(new float[7]), Chunk(0.001f, 0.002f, 0.003f, 0.4f, 0.5f, 0.6f, 0.007f));
        Assert.Equal((0.007f, 0.6f), ((float)ShortcutRow.Difference(zero, moved, info, metres: true), (float)ShortcutRow.Difference(zero, moved, info, metres: false)));
    }

    private static ShortcutAnswer Timed(ActionChunk chunk, double milliseconds) => new(chunk, TimeSpan.FromMilliseconds(milliseconds));

    private static ActionChunk Chunk(params float[] numbers) => new()
    {
        BasedOnSequence = 1, FirstStepTimeNs = 0, StepPeriodNs = 1, StepValidNs = 1, Steps = numbers.Length == 7 ? 1 : 2, Dims = numbers.Length == 7 ? 7 : 2,
        Actions = numbers, ModelHash = "m", NoiseSeed = 1, Timings = default,
    };
}
