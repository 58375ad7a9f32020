using System.Collections.Immutable;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Control.Limits;

/// <summary>Whether a joint works harder than it may for longer than it may: something is in its way, or it carries too much. The control thread alone; real-time safe.</summary>
/// <param name="joints">Their highest lasting efforts.</param>
/// <param name="longestNs">How long an effort above that may last, ns.</param>
internal sealed class EffortWatch(ImmutableArray<JointSpec> joints, long longestNs)
{
    private readonly long?[] _sinceNs = new long?[joints.Length];

    /// <summary>Whether it does, after this state. An effort that is no number is one too high; an arm that reports none never does.</summary>
    public bool IsExceeded(in JointState state)
    {
        var exceeded = false;
        for (var i = 0; i < Math.Min(joints.Length, state.Efforts.Count); i++)
        {
            if (double.IsPositiveInfinity(joints[i].MaxEffort) || Math.Abs(state.Efforts[i]) <= joints[i].MaxEffort) _sinceNs[i] = null;
            else exceeded |= state.TimeNs - (_sinceNs[i] ??= state.TimeNs) > longestNs;
        }

        return exceeded;
    }
}
