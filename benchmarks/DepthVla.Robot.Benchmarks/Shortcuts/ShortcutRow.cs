using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;

namespace DepthVla.Robot.Benchmarks.Shortcuts;

/// <summary>The largest difference in each of many chunks, over the chunks.</summary>
internal readonly record struct Differences(double P50, double P95, double Max)
{
    internal static Differences Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return new(sorted[sorted.Length / 2], sorted[(int)(0.95 * (sorted.Length - 1))], sorted[^1]);
    }
}

/// <summary>A shortcut's times, and how far its chunks are from those of the checkpoint as it is.</summary>
internal sealed record ShortcutRow(
    string Name, double ProcessorMs, double P50Ms, double MinMs, double DepthMs, double DenoiseMs, double MeanCosine, double LeastCosine, Differences Millimetres, Differences Milliradians)
{
    internal static ShortcutRow Of(string name, PolicyInfo info, IReadOnlyList<ShortcutAnswer> expected, IReadOnlyList<ShortcutAnswer> answers)
    {
        var total = Timing.Of([.. answers.Select(a => a.Chunk.Timings[Stage.Total] / 1e6)]);
        double Mean(Stage stage) => answers.Average(a => a.Chunk.Timings[stage] / 1e6);
        double[] cosines = [.. expected.Zip(answers, (e, a) => Likeness.Cosine(e.Chunk.Actions.Span, a.Chunk.Actions.Span))];
        Differences Largest(bool metres) => Differences.Of(expected.Zip(answers, (e, a) => 1000 * Difference(e.Chunk, a.Chunk, info, metres)));
        return new(name, answers.Average(a => a.ProcessorTime.TotalMilliseconds), total.MedianMs, total.MinMs, Mean(Stage.Depth), Mean(Stage.Denoise), cosines.Average(), cosines.Min(), Largest(metres: true), Largest(metres: false));
    }

    /// <summary>The largest difference of two chunks in numbers of one unit, m or rad.</summary>
    internal static double Difference(ActionChunk one, ActionChunk other, PolicyInfo info, bool metres)
    {
        var largest = 0.0;
        for (var i = 0; i < one.Actions.Length; i++) if (IsMetres(info, i % one.Dims) == metres) largest = Math.Max(largest, Math.Abs(one.Actions.Span[i] - other.Actions.Span[i]));
        return largest;
    }

    // Of a tool pose, three numbers are where and three how turned; grippers follow.
    private static bool IsMetres(PolicyInfo info, int number) => info.Actions == ActionRepresentation.ToolPoseDelta
        ? number is < 3 or >= 6 : info.Joints[number].Unit == JointUnit.Metre;
}
