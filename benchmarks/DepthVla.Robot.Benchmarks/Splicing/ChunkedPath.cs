using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Model.Randomness;

namespace DepthVla.Robot.Benchmarks.Splicing;

/// <summary>A smooth way for six joints, known to a policy that never quite agrees with itself: each chunk is off by its own few mrad.</summary>
internal sealed class ChunkedPath(double stepRateHz, int steps, double disagreement)
{
    internal const int Joints = 6;

    internal double StepSeconds => 1 / stepRateHz;

    internal int Steps => steps;

    /// <summary>Where the joints are to be, rad; at most 0.5 rad/s.</summary>
    internal static double[] At(double seconds) =>
        [.. Enumerable.Range(0, Joints).Select(joint => 0.3 * Math.Sin(0.9 * seconds + joint) + 0.1 * Math.Sin(2.3 * seconds + 2 * joint))];

    /// <summary>What the policy says of an observation made there: [steps][joints], step i for i periods later, rad.</summary>
    internal double[][] Chunk(double seconds, int number)
    {
        var off = GaussianNoise.Draw((ulong)number, Joints);
        return [.. Enumerable.Range(0, steps).Select(i => At(seconds + i * StepSeconds).Zip(off, (x, o) => x + disagreement * o).ToArray())];
    }

    internal static JointVector Start => JointVector.From(At(0));

    internal ActionChunk ToChunk(double seconds, int number) => new()
    {
        BasedOnSequence = number, FirstStepTimeNs = Nanoseconds(seconds), StepPeriodNs = Nanoseconds(StepSeconds), StepValidNs = Nanoseconds(StepSeconds), Steps = steps, Dims = Joints,
        Actions = Chunk(seconds, number).SelectMany(step => step).Select(x => (float)x).ToArray(), ModelHash = "path", NoiseSeed = 0, Timings = default,
    };

    internal static long Nanoseconds(double seconds) => (long)Math.Round(seconds * 1e9);
}
