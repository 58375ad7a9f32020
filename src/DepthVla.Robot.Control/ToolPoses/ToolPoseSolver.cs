using System.Collections.Immutable;
using DepthVla.Robot.Control.Plans;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Kinematics;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Control.ToolPoses;

/// <summary>A chunk of tool poses as joint positions.</summary>
/// <param name="Chunk">The same chunk, one joint position a joint.</param>
/// <param name="Unreached">How many of its steps miss the tool pose that was asked for by more than <see cref="ToolPoseSolver"/> tolerates.</param>
public sealed record SolvedChunk(ActionChunk Chunk, int Unreached);

/// <summary>Turns tool poses relative to the pose observed into joint positions, by inverse kinematics from step to step.</summary>
/// <remarks>
/// <para>Whatever a chunk asks for, each step is within the joints' ranges, and no joint of the chain goes further in a step than its velocity
/// allows in a period; the first step counts from the measured joints. Inside these bounds a step is the nearest that was found to
/// the pose asked for, its position cut to the workspace before; later steps go on from there, so what a fast arm cannot do at once it does
/// over several steps. Grippers are cut to their range and set out one period before their step's time, so that tool and gripper do what
/// a step says within the same period; other joints off the chain stay.</para>
/// <para>Any thread but the control thread: it allocates, and takes from microseconds to a quarter of a millisecond a step. Thread-safe.</para>
/// </remarks>
public sealed class ToolPoseSolver
{
    /// <summary>A step further than this from the position asked for is counted as unreached, m.</summary>
    public const double PositionTolerance = 1e-3;

    /// <summary>A step turned further than this from the orientation asked for is counted as unreached, rad.</summary>
    public const double RotationTolerance = 0.02;

    private static readonly ImmutableArray<string> PoseNames = ["dx", "dy", "dz", "rx", "ry", "rz"];

    private readonly RobotDescription _robot;
    private readonly PlanRules _rules;
    private readonly SerialChain _chain;
    private readonly InverseKinematics _inverse;
    private readonly ImmutableArray<int> _grippers;
    private readonly ImmutableArray<string> _names;

    /// <summary>For an arm that <see cref="Fits"/>.</summary>
    /// <exception cref="ArgumentException">It does not.</exception>
    public ToolPoseSolver(RobotDescription robot, PlanRules rules)
    {
        if (!Fits(robot)) throw new ArgumentException($"'{robot.Name}' has no chain from base to tool, or a gripper in it.", nameof(robot));
        (_robot, _rules) = (robot, rules);
        (_chain, _inverse) = (new SerialChain(robot), new InverseKinematics(robot));
        _grippers = [.. Enumerable.Range(0, robot.Joints.Length).Where(i => robot.Joints[i].IsGripper)];
        _names = [.. PoseNames, .. _grippers.Select(i => $"gripper '{robot.Joints[i].Name}'")];
    }

    /// <summary>Whether an arm can carry out tool poses: it has a chain from base to tool, without grippers.</summary>
    public static bool Fits(RobotDescription robot) => !robot.Chain.IsEmpty && robot.Chain.All(link => !robot.Joints[link.Joint].IsGripper);

    /// <summary>Solves all steps of a chunk, or refuses it whole.</summary>
    /// <param name="chunk">The chunk, however wrong.</param>
    /// <param name="observed">The joint positions of the very observation that it answers, rad or m.</param>
    /// <param name="nowNs">Now, robot clock.</param>
    /// <param name="solved">The joint positions, when it was not refused.</param>
    /// <returns>Why it was refused, or null.</returns>
    public PlanRefusal? TrySolve(ActionChunk chunk, in JointVector observed, long nowNs, out SolvedChunk? solved)
    {
        solved = null;
        if (ChunkCheck.Refuse(chunk, _names, _rules, nowNs) is { } refusal) return refusal;
        if (observed.Count != _robot.Joints.Length || !observed.IsFinite)
        {
            return new(RefusalReason.NotFinite,
                $"proprioception: expected {_robot.Joints.Length} finite numbers, got {observed}; tool poses start there, so the chunk is refused whole");
        }

        solved = Solve(chunk, observed);
        return null;
    }

    /// <summary>Solves a chunk that asks for nothing, so that all of it is compiled before a real one comes.</summary>
    public void Rehearse()
    {
        const long Period = 100_000_000;
        var middle = JointVector.Zero(_robot.Joints.Length);
        for (var i = 0; i < middle.Count; i++) middle[i] = (_robot.Joints[i].MinPosition + _robot.Joints[i].MaxPosition) / 2;
        TrySolve(new ActionChunk
        {
            BasedOnSequence = 1, FirstStepTimeNs = 0, StepPeriodNs = Period, StepValidNs = Period,
            Steps = 2, Dims = _names.Length, Actions = new float[2 * _names.Length], ModelHash = "", NoiseSeed = 0, Timings = default,
        }, middle, nowNs: 0, out _);
    }

    private SolvedChunk Solve(ActionChunk chunk, in JointVector observed)
    {
        var (joints, unreached) = (_robot.Joints.Length, 0);
        var values = new float[chunk.Steps * joints];
        var origin = _chain.Tool(observed);
        var position = observed;
        for (var i = 0; i < joints; i++) position[i] = Inside(position[i], i);

        for (var step = 0; step < chunk.Steps; step++)
        {
            var numbers = chunk.Actions.Span.Slice(step * chunk.Dims, chunk.Dims);
            var wanted = new PoseDelta(new(numbers[0], numbers[1], numbers[2]), new(numbers[3], numbers[4], numbers[5])).From(origin);
            position = Next(wanted with { Position = _robot.Workspace.Nearest(wanted.Position) }, position, chunk.StepPeriodNs * 1e-9);
            for (var i = 0; i < _grippers.Length; i++) position[_grippers[i]] = Inside(Gripper(chunk, step + 1, i), _grippers[i]);
            for (var i = 0; i < joints; i++) values[step * joints + i] = (float)position[i];
            if (IsMissed(wanted, _chain.Tool(position))) unreached++;
        }

        return new(chunk with { Dims = joints, Actions = values }, unreached);
    }

    // A plan's gripper sets out at a step's time, while the tool arrives then. What a step says of both belongs to the period before its time,
    // so each step of the plan gets the gripper of the one after it.
    private static double Gripper(ActionChunk chunk, int step, int gripper) =>
        chunk.Actions.Span[(Math.Min(step, chunk.Steps - 1) * chunk.Dims) + ActionLayout.PoseNumbers + gripper];

    private JointVector Next(in Pose goal, in JointVector from, double period)
    {
        var (low, high) = (from, from);
        foreach (var link in _robot.Chain)
        {
            var reach = _robot.Joints[link.Joint].MaxVelocity * period;
            (low[link.Joint], high[link.Joint]) = (Inside(from[link.Joint] - reach, link.Joint), Inside(from[link.Joint] + reach, link.Joint));
        }

        return _inverse.Solve(goal, from, low, high).Joints;
    }

    private static bool IsMissed(in Pose wanted, in Pose tool)
    {
        var left = PoseDelta.Between(tool, wanted);
        return left.Shift.Length() > PositionTolerance || left.Turn.Length() > RotationTolerance;
    }

    private double Inside(double value, int joint) => Math.Clamp(value, _robot.Joints[joint].MinPosition, _robot.Joints[joint].MaxPosition);
}
