using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Simulation.Referee;

/// <summary>One physics step as it was: what the arm had been told, and what it did.</summary>
public readonly record struct PhysicsSample
{
    /// <summary>When, on the robot's monotonic clock.</summary>
    public required long TimeNs { get; init; }

    /// <summary>Counts the resets of the world: from one episode to the next the arm jumps, which is not a movement.</summary>
    public required int Episode { get; init; }

    /// <summary>Counts the commands that were written; 0 while the arm holds its start pose. A step of 2 means that one was never seen.</summary>
    public required long CommandNumber { get; init; }

    /// <summary>The newest command as it came, even one that the arm refused; rad or m.</summary>
    public required JointVector Commanded { get; init; }

    /// <summary>rad or m.</summary>
    public required JointVector Positions { get; init; }

    /// <summary>rad/s or m/s.</summary>
    public required JointVector Velocities { get; init; }

    /// <summary>The tool point, base frame, m.</summary>
    public required Vector3d Tool { get; init; }
}
