using System.Buffers.Binary;
using System.Collections.Immutable;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Drivers.Dynamixel;

/// <summary>Joints to motors and back. Arithmetic only; real-time safe, and unchanging once every motor was found.</summary>
internal sealed class MotorMap
{
    private readonly JointSpec[] _joints;
    private readonly Transmission[] _transmissions;
    private readonly int[] _joint;          // of each motor
    private readonly int[] _first;          // motor of each joint that is measured
    private readonly double[] _amperes;     // a unit of each joint's motor
    private readonly double[] _torques;     // N·m, a unit of each motor
    private readonly int[] _lowest, _highest;
    private readonly byte[] _ids;

    private MotorMap(ImmutableArray<JointSpec> joints, DynamixelJoint[] driven)
    {
        _joints = [.. joints];
        _transmissions = [.. driven.Select(j => j.Transmission)];
        Motors = [.. driven.SelectMany(j => j.Shadows.Prepend(j.Motor))];
        _joint = [.. driven.SelectMany((j, i) => Enumerable.Repeat(i, 1 + j.Shadows.Length))];
        _first = [.. driven.Select(j => Motors.IndexOf(j.Motor))];
        _ids = [.. Motors.Select(m => (byte)m.Id)];
        _amperes = new double[driven.Length];
        _torques = new double[Motors.Length];
        _lowest = [.. Motors.Select(_ => int.MinValue)];
        _highest = [.. Motors.Select(_ => int.MaxValue)];
    }

    /// <summary>All motors; a joint's own first, then its shadows.</summary>
    public ImmutableArray<DynamixelMotor> Motors { get; }

    /// <summary>Their numbers.</summary>
    public ReadOnlySpan<byte> Ids => _ids;

    /// <summary>How many joints.</summary>
    public int JointCount => _joints.Length;

    /// <summary>Puts together what belongs together.</summary>
    /// <returns>What does not fit; then there is no map.</returns>
    public static ImmutableArray<string> TryCreate(RobotDescription description, ImmutableArray<DynamixelJoint> joints, out MotorMap? map)
    {
        map = null;
        var problems = new List<string>();
        foreach (var joint in description.Joints.Where(d => joints.Count(j => j.Name == d.Name) != 1)) problems.Add($"joint {joint.Name}: needs motors, once");
        foreach (var joint in joints.Where(j => description.Joints.All(d => d.Name != j.Name)))
        {
            problems.Add($"joint {joint.Name}: {description.Name} has none");
        }

        if (description.Joints.Length > JointVector.MaxJoints) problems.Add($"joints: {description.Joints.Length} are more than {JointVector.MaxJoints}");

        var motors = joints.SelectMany(j => j.Shadows.Prepend(j.Motor)).ToArray();
        foreach (var motor in motors.Where(m => m.Id is < 0 or > Protocol.Packet.MaxId))
        {
            problems.Add($"{Name(motor)}: not within 0 to {Protocol.Packet.MaxId}");
        }

        foreach (var same in motors.GroupBy(m => m.Id).Where(g => g.Count() > 1))
        {
            problems.Add($"motor {same.Key}: is {string.Join(" and ", same.Select(m => m.Name))}");
        }

        foreach (var motor in motors.Where(m => m.Sign is not (1 or -1))) problems.Add($"{Name(motor)}: its sign is {motor.Sign}, not 1 or -1");
        if (motors.Length > 40) problems.Add($"motors: {motors.Length} are more than 40");
        if (problems.Count == 0) map = new MotorMap(description.Joints, [.. description.Joints.Select(d => joints.Single(j => j.Name == d.Name))]);
        return [.. problems];
    }

    /// <summary>What a motor is called in messages.</summary>
    public static string Name(DynamixelMotor motor) => $"motor {motor.Id} ({motor.Name})";

    /// <summary>The motor that motor <paramref name="motor"/> is a shadow of; itself where it is none.</summary>
    public int LeaderOf(int motor) => _first[_joint[motor]];

    /// <summary>A motor's angle, rad.</summary>
    public double Angle(int motor, int ticks) => Motors[motor].Sign * (ticks - Motors[motor].ZeroTicks) * ControlTable.Tick;

    /// <summary>The ticks that its joint's limits ask of a motor, lowest first.</summary>
    public (int Low, int High) Travel(int motor)
    {
        var joint = _joints[_joint[motor]];
        var (a, b) = (Ticks(motor, joint.MinPosition), Ticks(motor, joint.MaxPosition));
        return (Math.Min(a, b), Math.Max(a, b));
    }

    /// <summary>What a motor was found to be. At the start only.</summary>
    public void Found(int motor, MotorModel model, int lowest, int highest)
    {
        var (low, high) = Inside(motor);
        (_lowest[motor], _highest[motor], _torques[motor]) = (Math.Max(low, lowest), Math.Min(high, highest), model.TorquePerUnit);
        if (LeaderOf(motor) == motor) _amperes[_joint[motor]] = model.AmperesPerUnit;
    }

    /// <summary>What the motors must be told, ticks: within the joint's limits, and within the motors' own, beyond which they would take nothing.</summary>
    /// <returns>False, and nothing changed, where there is not one finite number for each joint.</returns>
    public bool TryGoals(in JointVector positions, Span<int> goals)
    {
        if (positions.Count != _joints.Length || !positions.IsFinite) return false;
        for (var m = 0; m < goals.Length; m++) goals[m] = Math.Clamp(Ticks(m, positions[_joint[m]]), _lowest[m], _highest[m]);
        return true;
    }

    /// <summary>What the motors' present current, velocity and position mean.</summary>
    public MeasuredArm Measure(long timeNs, ReadOnlySpan<byte> data)
    {
        var (positions, velocities, currents) = (JointVector.Zero(_joints.Length), JointVector.Zero(_joints.Length), JointVector.Zero(_joints.Length));
        for (var j = 0; j < _joints.Length; j++)
        {
            var m = _first[j];
            var present = data.Slice(m * ControlTable.PresentSize, ControlTable.PresentSize);
            var angle = Angle(m, BinaryPrimitives.ReadInt32LittleEndian(present[6..]));
            positions[j] = _transmissions[j].ToJoint(angle);
            velocities[j] = _transmissions[j].Slope(angle) * Motors[m].Sign * BinaryPrimitives.ReadInt32LittleEndian(present[2..]) * ControlTable.VelocityUnit;
            currents[j] = Motors[m].Sign * BinaryPrimitives.ReadInt16LittleEndian(present) * _amperes[j];
        }

        return new(new JointState(timeNs, positions, velocities, Efforts(data)), currents);
    }

    // All motors of a joint push together. Where the joint hardly moves with its motor (a crank near its dead centre) no effort can be told: 0.
    private JointVector Efforts(ReadOnlySpan<byte> data)
    {
        const double LeastSlope = 1e-4;
        var efforts = JointVector.Zero(_joints.Length);
        for (var m = 0; m < Motors.Length; m++)
        {
            var present = data.Slice(m * ControlTable.PresentSize, ControlTable.PresentSize);
            var j = _joint[m];
            var slope = _transmissions[j].Slope(Angle(m, BinaryPrimitives.ReadInt32LittleEndian(present[6..])));
            if (Math.Abs(slope) >= LeastSlope) efforts[j] += Motors[m].Sign * BinaryPrimitives.ReadInt16LittleEndian(present) * _torques[m] / slope;
        }

        return efforts;
    }

    // The tick nearest to a limit may be beyond it: an arm left there could not be started again.
    private (int Low, int High) Inside(int motor)
    {
        var (low, high) = Travel(motor);
        return (IsInside(motor, low) ? low : low + 1, IsInside(motor, high) ? high : high - 1);
    }

    private bool IsInside(int motor, int ticks)
    {
        var joint = _joints[_joint[motor]];
        return _transmissions[_joint[motor]].ToJoint(Angle(motor, ticks)) is var position && position >= joint.MinPosition && position <= joint.MaxPosition;
    }

    private int Ticks(int motor, double position)
    {
        var (joint, target) = (_joints[_joint[motor]], Motors[motor]);
        var angle = _transmissions[_joint[motor]].ToMotor(Math.Clamp(position, joint.MinPosition, joint.MaxPosition));
        return target.ZeroTicks + (target.Sign * (int)Math.Round(angle / ControlTable.Tick));
    }
}

/// <summary>A state, and the currents that went with it.</summary>
/// <param name="State">Positions, velocities and efforts.</param>
/// <param name="Currents">A; 0 for motors that do not measure it.</param>
internal readonly record struct MeasuredArm(JointState State, JointVector Currents);
