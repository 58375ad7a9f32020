using System.Collections.Immutable;
using DepthVla.Robot.Core.Cameras;

namespace DepthVla.Robot.Simulation;

/// <summary>How a simulated world is set up.</summary>
public sealed record SimulatedWorldOptions
{
    /// <summary>Lays out the objects. 0.</summary>
    public int Seed { get; init; }

    /// <summary>The cameras: "primary" over the arm's shoulder, "wrist" on the gripper, "side". Primary and wrist, 224x224, JPEG.</summary>
    public ImmutableArray<CameraSpec> Cameras { get; init; } =
        [new("primary", 224, 224, ImageEncoding.Jpeg), new("wrist", 224, 224, ImageEncoding.Jpeg)];

    /// <summary>Draws shadows, which takes two to four times as long. Off.</summary>
    public bool Shadows { get; init; }

    /// <summary>How much physics the log keeps. 120 s.</summary>
    public TimeSpan LogLength { get; init; } = TimeSpan.FromSeconds(120);
}
