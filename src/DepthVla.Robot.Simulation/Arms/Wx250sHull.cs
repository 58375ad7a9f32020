using System.Collections.Immutable;
using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Simulation.Arms;

/// <summary>The hull of a WidowX 250s, and what it keeps away from.</summary>
/// <remarks>
/// Segments run between the published joint centres. The maker publishes no radii; these enclose every body of the simulated arm, which is drawn
/// after the published sizes, and are 5 to 18 mm larger for links whose brackets and cables it leaves out. The fingers are taken as open as they go. Whoever mounts
/// another gripper or camera says so here.
/// </remarks>
internal static class Wx250sHull
{
    // A fingertip that points straight down reaches 20 mm below the tool point, and the workspace lets the tool down to 20 mm: what the fingers may
    // touch, the workspace says. 5 mm below the table's top the box holds back every other link, whose radius is larger than it is by as much.
    private const double TableTop = -0.005;

    // Besides what the capsules are too large by.
    private const double Distance = 0.004;

    /// <summary>The arm's capsules.</summary>
    public static ImmutableArray<LinkCapsule> Capsules { get; } =
    [
        new("base", LinkCapsule.Base, new(-0.09, 0, 0.02), new(0.01, 0, 0.02), 0.070),
        new("shoulder", 0, new(0, 0, 0.005), new(0, 0, 0.045), 0.055),
        new("upper_arm", 1, new(0, 0, 0), new(0, 0, 0.25), 0.035),
        new("elbow", 1, new(0, 0, 0.25), new(0.04975, 0, 0.25), 0.035),
        new("upper_forearm", 2, new(0, 0, 0), new(0.175, 0, 0), 0.040),
        new("lower_forearm", 3, new(0, 0, 0), new(0.075, 0, 0), 0.035),
        new("wrist", 4, new(0, 0, 0), new(0.065, 0, 0), 0.040),
        new("gripper", 5, new(0, 0, 0), new(0.03, 0, 0), 0.045),
        new("finger_bar", 5, new(0.05, -0.040, 0), new(0.05, 0.040, 0), 0.032),
        new("fingertips", 5, new(0.08165, -0.033, 0), new(0.08165, 0.033, 0), 0.032),
        new("wrist_camera", 5, new(-0.022, 0, 0.045), new(-0.022, 0, 0.080), 0.022),
    ];

    /// <summary>The table that the arm stands on, as far as it reaches, and below.</summary>
    public static ImmutableArray<KeepOutBox> KeepOut { get; } = [new("table", new(Min: new(-1, -1, -1), Max: new(1, 1, TableTop)))];

    /// <summary>All that hangs behind the forearm's roll stays away from base, shoulder and upper arm; the camera from the forearm too.</summary>
    public static ImmutableArray<CapsulePair> Apart { get; } =
    [
        .. from near in (string[])["base", "shoulder", "upper_arm"]
           from far in (string[])["lower_forearm", "wrist", "gripper", "finger_bar", "fingertips", "wrist_camera"]
           select Pair(near, far),
        Pair("upper_forearm", "wrist_camera"), Pair("lower_forearm", "wrist_camera"),
    ];

    private static CapsulePair Pair(string first, string second) => new(Index(first), Index(second), Distance);

    private static int Index(string name) => Capsules.Select(capsule => capsule.Name).ToList().IndexOf(name);
}
