namespace DepthVla.Robot.Simulation.Referee;

/// <summary>Which promise was broken.</summary>
public enum ViolationKind
{
    /// <summary>A command was not a finite number for every joint.</summary>
    MalformedCommand,

    /// <summary>A command lay outside the joint's positions; rad or m.</summary>
    CommandPosition,

    /// <summary>Two commands lay too far apart; rad/s or m/s.</summary>
    CommandVelocity,

    /// <summary>Three commands bent too sharply; rad/s² or m/s².</summary>
    CommandAcceleration,

    /// <summary>Four commands changed their bend too sharply; rad/s³ or m/s³.</summary>
    CommandJerk,

    /// <summary>Commands came so close together that the joint was sent faster than its limit by the clock; rad/s or m/s.</summary>
    CommandBurst,

    /// <summary>A command put the tool point outside the workspace; m beyond its faces.</summary>
    CommandWorkspace,

    /// <summary>A command put a capsule into a keep-out box; m inside.</summary>
    CommandKeepOut,

    /// <summary>A command put two capsules too near to each other; m between their surfaces.</summary>
    CommandSelfDistance,

    /// <summary>Two commands lay too far apart for the tool point; m/s.</summary>
    CommandToolSpeed,

    /// <summary>The arm itself was outside the joint's positions; rad or m.</summary>
    MeasuredPosition,

    /// <summary>The arm itself was too fast; rad/s or m/s.</summary>
    MeasuredVelocity,
}

/// <summary>One promise that was broken, however often.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Joint">The joint's name, or "tool" for the workspace and the tool's speed, "arm" for a malformed command; for capsules, which and of what.</param>
/// <param name="FirstTimeNs">When first, on the robot's monotonic clock.</param>
/// <param name="Count">At how many steps.</param>
/// <param name="Worst">The value farthest beyond the limit.</param>
/// <param name="Limit">The limit it broke.</param>
public sealed record SafetyViolation(ViolationKind Kind, string Joint, long FirstTimeNs, int Count, double Worst, double Limit);
