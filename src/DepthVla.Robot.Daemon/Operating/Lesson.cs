using DepthVla.Robot.Control.Modes;
using DepthVla.Robot.Control.Recording;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Kinematics;
using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Daemon.Operating;

/// <summary>What was seen of an arm while it was taught: how far its joints and its tool went, how fast, and poses by name. Thread-safe.</summary>
/// <param name="arm">Whose.</param>
/// <param name="way">How it is taught.</param>
/// <param name="turns">What the control thread sees of it.</param>
/// <param name="first">The number of the first turn that may belong to it.</param>
internal sealed class Lesson(RobotDescription arm, TeachWay way, TickRecorder turns, long first)
{
    private readonly Lock _gate = new();
    private readonly SerialChain _chain = new(arm);
    private readonly TickRecord[] _copy = new TickRecord[64];
    private readonly Dictionary<string, TaughtPose> _poses = [];
    private readonly List<Range> _joints = [.. arm.Joints.Select(_ => new Range())];
    private readonly List<Range> _tool = [new(), new(), new()];
    private long _next = first, _sinceNs, _lastNs;
    private bool _began;

    /// <summary>Whether it is over.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>How many poses there are.</summary>
    public int Poses { get { lock (_gate) return _poses.Count; } }

    /// <summary>Looks at what the control thread has seen since the last time. To be called every few seconds: it keeps no more.</summary>
    public void Follow()
    {
        lock (_gate)
        {
            while (!HasEnded && turns.Copy(ref _next, _copy) is > 0 and var count)
                for (var i = 0; i < count && !HasEnded; i++) Add(in _copy[i]);
        }
    }

    /// <summary>Keeps a pose under a name.</summary>
    /// <returns>Whether there was none of that name; otherwise it took its place.</returns>
    public bool Keep(string name, in JointVector positions)
    {
        lock (_gate)
        {
            var isNew = !_poses.ContainsKey(name);
            _poses[name] = Pose(in positions);
            return isNew;
        }
    }

    /// <summary>All of it so far. What was never seen is left out.</summary>
    public TeachRecord Record()
    {
        lock (_gate)
        {
            var joints = arm.Joints.Zip(_joints).Where(seen => seen.Second.IsSeen).ToDictionary(seen => seen.First.Name, seen => JointRange.Of(seen.First, seen.Second.Min, seen.Second.Max, seen.Second.Fastest));
            var tool = arm.Chain.IsEmpty || !_tool[0].IsSeen ? null : new ToolRange([.. _tool.Select(axis => axis.Min)], [.. _tool.Select(axis => axis.Max)]);
            return new(arm.Name, way.ToString().ToLowerInvariant(), Math.Round((_lastNs - _sinceNs) * 1e-9, 3), joints, tool, new Dictionary<string, TaughtPose>(_poses), RobotFileAdvice.Of(arm, joints, tool));
        }
    }

    private void Add(in TickRecord turn)
    {
        if (turn.Hold != HoldReason.Teaching)
        {
            HasEnded = _began;
            return;
        }

        if (!_began) _sinceNs = turn.Tick.TimeNs;
        (_began, _lastNs) = (true, turn.Tick.TimeNs);
        for (var i = 0; i < _joints.Count; i++) _joints[i].Add(turn.State.Positions[i], turn.State.Velocities[i]);
        var tool = _chain.Tool(turn.State.Positions).Position;
        _tool[0].Add(tool.X, 0);
        _tool[1].Add(tool.Y, 0);
        _tool[2].Add(tool.Z, 0);
    }

    private TaughtPose Pose(in JointVector positions)
    {
        var joints = new Dictionary<string, double>();
        for (var i = 0; i < arm.Joints.Length; i++) joints[arm.Joints[i].Name] = Math.Round(positions[i], 5);
        if (arm.Chain.IsEmpty) return new(joints, null);
        var tool = _chain.Tool(positions);
        return new(joints, new(Numbers(tool.Position), Numbers(tool.Rotation.X), Numbers(tool.Rotation.Y), Numbers(tool.Rotation.Z)));
    }

    private static double[] Numbers(Vector3d vector) => [Math.Round(vector.X, 5), Math.Round(vector.Y, 5), Math.Round(vector.Z, 5)];

    private sealed class Range
    {
        public double Min { get; private set; } = double.PositiveInfinity;

        public double Max { get; private set; } = double.NegativeInfinity;

        public double Fastest { get; private set; }

        public bool IsSeen => Max >= Min;

        // Comparisons with NaN are false.
        public void Add(double value, double speed)
        {
            if (value < Min) Min = value;
            if (value > Max) Max = value;
            if (Math.Abs(speed) > Fastest) Fastest = Math.Abs(speed);
        }
    }
}
