using System.Collections.Immutable;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Simulation.Referee;

/// <summary>What a run is judged by.</summary>
public sealed record SafetyRules
{
    /// <summary>The limits of every command, the chain that places tool and capsules, and what they must stay in, out of and away from.</summary>
    public required RobotDescription Robot { get; init; }

    /// <summary>What the arm itself must never exceed: measured positions and velocities, in the joint order of <see cref="Robot"/>.</summary>
    public required ImmutableArray<JointSpec> Hardware { get; init; }

    /// <summary>From one command to the next. Each command is where to be one such period after the one before.</summary>
    public required TimeSpan ControlPeriod { get; init; }

    /// <summary>The time over which the speed of the commands is also taken by the clock, so that a burst of them shows. 100 ms.</summary>
    public TimeSpan BurstWindow { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How late a step may have seen a command that was in time: the steps that the physics catches up, and a little. 20 ms.</summary>
    public TimeSpan Jitter { get; init; } = TimeSpan.FromMilliseconds(20);
}
