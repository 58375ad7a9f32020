using DepthVla.Robot.Control.Plans;
using DepthVla.Robot.Control.ToolPoses;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Simulation.Arms;

namespace DepthVla.Robot.Learning.Samples;

/// <summary>The expert's chunks of tool poses as the joint positions that the robot would make of them, for policies that answer with those.</summary>
/// <remarks>Any thread.</remarks>
internal static class JointChunks
{
    private static readonly ToolPoseSolver Solver = new(Wx250s.Description, new PlanRules());

    /// <summary>Joint positions, rad or m, one row a step; the first is for the moment observed, as joint positions have it.</summary>
    /// <param name="poses">[steps · 7]: dx dy dz rx ry rz gripper; the first is for a period later.</param>
    /// <param name="state">Measured joint positions.</param>
    internal static float[] Of(ReadOnlySpan<float> poses, ReadOnlySpan<float> state)
    {
        const long Period = 1_000_000_000 / Demonstrations.DemonstrationPlan.Rate;
        var (dims, steps) = (state.Length, poses.Length / Demonstrations.TabletopLabels.Dims);
        var observed = JointVector.Zero(dims);
        for (var j = 0; j < dims; j++) observed[j] = state[j];
        var chunk = new ActionChunk
        {
            BasedOnSequence = 1, FirstStepTimeNs = Period, StepPeriodNs = Period, StepValidNs = Period, Steps = steps, Dims = Demonstrations.TabletopLabels.Dims,
            Actions = poses.ToArray(), ModelHash = "", NoiseSeed = 0, Timings = default,
        };
        if (Solver.TrySolve(chunk, observed, nowNs: 0, out var solved) is { } refusal) throw new InvalidDataException($"a chunk of the expert is refused: {refusal}");

        // At capture the arm is where it is; only the gripper sets out then.
        var joints = new float[steps * dims];
        state.CopyTo(joints);
        joints[dims - 1] = poses[ActionLayout.PoseNumbers];
        solved!.Chunk.Actions.Span[..((steps - 1) * dims)].CopyTo(joints.AsSpan(dims));
        return joints;
    }
}
