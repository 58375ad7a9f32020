using System.Collections.Immutable;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;

namespace DepthVla.Robot.Learning.Evaluation.OpenLoop;

/// <summary>Adds up absolute errors, by step and number of a step.</summary>
internal sealed class ErrorSum(PolicyInfo policy)
{
    private readonly double[] _errors = new double[policy.Horizon * policy.Dims], _still = new double[policy.Horizon * policy.Dims];

    internal int Chunks { get; private set; }

    /// <summary>Adds a chunk. All three are [horizon · dims].</summary>
    internal void Add(ReadOnlySpan<float> answered, ReadOnlySpan<float> recorded, ReadOnlySpan<float> still)
    {
        for (var i = 0; i < _errors.Length; i++)
        {
            _errors[i] += Math.Abs(answered[i] - recorded[i]);
            _still[i] += Math.Abs(still[i] - recorded[i]);
        }

        Chunks++;
    }

    /// <summary>Means, in mm and rad.</summary>
    internal ImmutableArray<DimensionError> Means() => [.. Enumerable.Range(0, policy.Dims).Select(Mean)];

    private DimensionError Mean(int dimension)
    {
        var (name, metres) = Name(dimension);
        var scale = (metres ? 1000.0 : 1) / Math.Max(Chunks, 1);
        double At(double[] sums, int step) => sums[(step * policy.Dims) + dimension] * scale;
        double Over(double[] sums) => Enumerable.Range(0, policy.Horizon).Average(step => At(sums, step));
        return new(name, metres ? "mm" : "rad", Over(_errors), At(_errors, 0), At(_errors, policy.Horizon - 1), Over(_still));
    }

    private (string Name, bool Metres) Name(int dimension) => policy.Actions == ActionRepresentation.ToolPoseDelta
        ? dimension < ActionLayout.PoseNumbers ? (((string[])["dx", "dy", "dz", "rx", "ry", "rz"])[dimension], dimension < 3) : ("gripper", true)
        : (policy.Joints[dimension].Name, policy.Joints[dimension].Unit == JointUnit.Metre);
}
