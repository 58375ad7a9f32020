using System.Collections.Immutable;
using DepthVla.Robot.Core.Policies;

namespace DepthVla.Robot.OpenPi.Mapping;

/// <summary>What a server's actions mean to an arm.</summary>
public enum ActionMeaning
{
    /// <summary>Where each joint shall be, in the robot's order, rad or m; the first step is for the moment of capture.</summary>
    JointPosition,

    /// <summary>How far each joint shall be from where it was observed, the same for all steps; grippers as for positions.</summary>
    JointDelta,

    /// <summary>How far each joint shall go in the step; grippers as for positions.</summary>
    JointStep,

    /// <summary>Where the tool shall be, seen from where it was observed, the same for all steps: dx, dy, dz (m), rx, ry, rz (rotation vector, rad), base frame; then the grippers.</summary>
    ToolPoseDelta,

    /// <summary>How far the tool shall go and turn in the step, likewise.</summary>
    ToolPoseStep,
}

/// <summary>What part of the robot's state a key gets.</summary>
public enum StatePart
{
    /// <summary>Every joint in the robot's order, grippers too.</summary>
    Joints,

    /// <summary>Every joint but grippers, rad or m.</summary>
    Arm,

    /// <summary>Grippers.</summary>
    Gripper,

    /// <summary>The tool: x, y, z (m), rx, ry, rz (rotation vector, rad), base frame.</summary>
    ToolPose,
}

/// <summary>A gripper's position in somebody else's numbers: a straight line through two points.</summary>
/// <param name="Open">What means open: the gripper's highest position.</param>
/// <param name="Closed">What means closed: its lowest.</param>
public readonly record struct GripperScale(double Open, double Closed)
{
    /// <summary>The share of the way from closed to open that a number means.</summary>
    public double ToShare(double value) => (value - Closed) / (Open - Closed);

    /// <summary>The number for a share of the way from closed to open.</summary>
    public double FromShare(double share) => Closed + (share * (Open - Closed));
}

/// <summary>How a robot speaks to somebody's openpi-protocol server: under which keys, and what the actions mean.</summary>
public sealed record PolicyMapping
{
    /// <summary>One key a camera, in the robot's order.</summary>
    public required ImmutableArray<string> Images { get; init; }

    /// <summary>px, either side of the pictures sent: resized to fit, the rest black, as openpi's clients do; 0 sends them as they are.</summary>
    public int ImageSize { get; init; }

    /// <summary>Keys of the state, each with its parts one after the other.</summary>
    public required ImmutableArray<(string Key, ImmutableArray<StatePart> Parts)> State { get; init; }

    /// <summary>The key of the instruction.</summary>
    public required string Prompt { get; init; }

    /// <summary>What the numbers mean.</summary>
    public required ActionMeaning Actions { get; init; }

    /// <summary>The most steps of an answer; a longer one is refused.</summary>
    public required int Steps { get; init; }

    /// <summary>Steps a second.</summary>
    public required double StepRateHz { get; init; }

    /// <summary>How many steps shall be carried out before the robot asks again; null for ten observations a second.</summary>
    public int? ExecuteSteps { get; init; }

    /// <summary>Multiplies the numbers of joints or tool: one for all, or one each; none leaves them.</summary>
    public ImmutableArray<double> Scale { get; init; } = [];

    /// <summary>The grippers' numbers in actions; null for rad or m.</summary>
    public GripperScale? Gripper { get; init; }

    /// <summary>The grippers' numbers in the state; null for rad or m.</summary>
    public GripperScale? StateGripper { get; init; }

    /// <summary>Tool poses, or joint positions.</summary>
    public ActionRepresentation Representation => Actions is ActionMeaning.ToolPoseDelta or ActionMeaning.ToolPoseStep ? ActionRepresentation.ToolPoseDelta : ActionRepresentation.JointPosition;
}
