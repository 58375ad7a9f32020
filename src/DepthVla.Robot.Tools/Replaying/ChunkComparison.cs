using System.Runtime.InteropServices;
using DepthVla.Robot.Core.Policies;

namespace DepthVla.Robot.Tools.Replaying;

/// <summary>How a chunk differs from the recorded one.</summary>
/// <param name="Sequence">The observation's.</param>
/// <param name="IsSame">Equal to the last bit.</param>
/// <param name="MaxDifference">The most that a number differs by, rad or m; infinite where the chunks have not the same form.</param>
/// <param name="First">Where and how they differ first, for people; null where they do not.</param>
internal sealed record ChunkComparison(long Sequence, bool IsSame, double MaxDifference, string? First)
{
    /// <summary>Compares what a robot would do: form, numbers, and times since capture. Not how long it took, nor whose model it is.</summary>
    /// <param name="recorded">The chunk of the flight.</param>
    /// <param name="recordedNs">When what it answers was captured.</param>
    /// <param name="replayed">The chunk of now.</param>
    /// <param name="replayedNs">The same for it.</param>
    internal static ChunkComparison Of(ActionChunk recorded, long recordedNs, ActionChunk replayed, long replayedNs)
    {
        if (Form(recorded, recordedNs) is var was && Form(replayed, replayedNs) is var now && was != now)
        {
            return new(recorded.BasedOnSequence, false, double.PositiveInfinity, $"{was} recorded, {now} replayed");
        }

        var a = recorded.Actions.Span;
        var b = replayed.Actions.Span;
        if (MemoryMarshal.Cast<float, int>(a).SequenceEqual(MemoryMarshal.Cast<float, int>(b))) return new(recorded.BasedOnSequence, true, 0, null);
        var (most, first) = (0.0, -1);
        for (var i = 0; i < a.Length; i++)
        {
            most = Math.Max(most, Math.Abs((double)a[i] - b[i]));
            if (first < 0 && BitConverter.SingleToInt32Bits(a[i]) != BitConverter.SingleToInt32Bits(b[i])) first = i;
        }

        return new(recorded.BasedOnSequence, false, most, FormattableString.Invariant($"step {first / recorded.Dims}, number {first % recorded.Dims}: {a[first]:g9} recorded, {b[first]:g9} replayed"));
    }

    private static string Form(ActionChunk chunk, long capturedNs)
    {
        var continued = chunk.Continued is { } c ? $", {c.Committed} by {c.Method}{(c.Clamped ? ", clamped" : "")}" : "";
        return $"{chunk.Steps} steps of {chunk.Dims}, {chunk.StepPeriodNs} ns apart, valid {chunk.StepValidNs} ns, the first {chunk.FirstStepTimeNs - capturedNs} ns after capture{continued}";
    }
}
