using System.Buffers.Binary;
using System.Collections.Immutable;
using DepthVla.Robot.Core.Joints;

namespace DepthVla.Robot.Drivers.UniversalRobots.Rtde;

/// <summary>One data package of the controller, in the fields that this driver asks for.</summary>
/// <param name="Timestamp">Since the controller started, s.</param>
/// <param name="TargetPositions">Where its servo is told to be, rad.</param>
/// <param name="Positions">Measured, rad.</param>
/// <param name="Velocities">Measured, rad/s.</param>
/// <param name="Currents">Measured, A; as torques, N·m, where the controller converts them (<see cref="ControllerVersion.ConvertsCurrents"/>).</param>
/// <param name="SpeedScaling">How much of the commanded speed is carried out, 0 to 1.</param>
/// <param name="Robot">Whether it can move at all.</param>
/// <param name="Safety">What its safety system says.</param>
/// <param name="SafetyBits">The same and more, a bit each.</param>
/// <param name="Program">Whether a script runs.</param>
internal readonly record struct RtdeSample(
    double Timestamp,
    JointVector TargetPositions,
    JointVector Positions,
    JointVector Velocities,
    JointVector Currents,
    double SpeedScaling,
    RobotMode Robot,
    SafetyMode Safety,
    SafetyBits SafetyBits,
    ProgramState Program)
{
    public const int Joints = 6;

    /// <summary>The recipe's number, then the fields.</summary>
    public const int PayloadBytes = 1 + 8 + (4 * Joints * 8) + 8 + (4 * 4);

    /// <summary>Names in the order of the payload. Source: RTDE guide, "Robot controller outputs".</summary>
    /// <param name="torques">Whether the controller converts currents to torques.</param>
    public static ImmutableArray<string> Names(bool torques) =>
    [
        "timestamp", "target_q", "actual_q", "actual_qd", torques ? "actual_current_as_torque" : "actual_current", "speed_scaling", "robot_mode", "safety_mode",
        "safety_status_bits", "runtime_state",
    ];

    /// <summary>Their types.</summary>
    public static ImmutableArray<string> Types { get; } =
        ["DOUBLE", "VECTOR6D", "VECTOR6D", "VECTOR6D", "VECTOR6D", "DOUBLE", "INT32", "INT32", "UINT32", "UINT32"];

    /// <summary>Reads a data package's payload. Neither allocates nor throws.</summary>
    /// <returns>False for a wrong size, another recipe, or a time, position or velocity that is not finite.</returns>
    public static bool TryRead(ReadOnlySpan<byte> payload, byte recipe, out RtdeSample sample)
    {
        sample = default;
        if (payload.Length != PayloadBytes || payload[0] != recipe) return false;
        var fields = payload[1..];
        sample = new(
            TakeDouble(ref fields), TakeJoints(ref fields), TakeJoints(ref fields), TakeJoints(ref fields), TakeJoints(ref fields), TakeDouble(ref fields),
            (RobotMode)TakeInt(ref fields), (SafetyMode)TakeInt(ref fields), (SafetyBits)TakeInt(ref fields), (ProgramState)TakeInt(ref fields));
        return double.IsFinite(sample.Timestamp) && sample.Positions.IsFinite && sample.Velocities.IsFinite;
    }

    private static double TakeDouble(ref ReadOnlySpan<byte> fields)
    {
        var value = BinaryPrimitives.ReadDoubleBigEndian(fields);
        fields = fields[8..];
        return value;
    }

    private static int TakeInt(ref ReadOnlySpan<byte> fields)
    {
        var value = BinaryPrimitives.ReadInt32BigEndian(fields);
        fields = fields[4..];
        return value;
    }

    private static JointVector TakeJoints(ref ReadOnlySpan<byte> fields)
    {
        var joints = JointVector.Zero(Joints);
        for (var i = 0; i < Joints; i++) joints[i] = TakeDouble(ref fields);
        return joints;
    }
}
