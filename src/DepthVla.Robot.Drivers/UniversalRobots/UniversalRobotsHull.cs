using System.Collections.Immutable;
using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Drivers.UniversalRobots;

/// <summary>The hulls of the e-Series, a capsule a link, and which of their links stay apart.</summary>
/// <remarks>
/// Fitted around the collision meshes of UR's own description of its arms (github.com/UniversalRobots/Universal_Robots_ROS2_Description, 2.4.5): every point of their
/// surfaces, taken 2 cm apart, lies inside, by 1 mm and more. They are generous: a capsule bulges where a tube joins its joints. What is mounted on the flange is not in them.
/// </remarks>
internal static class UniversalRobotsHull
{
    // Besides what the capsules are too large by.
    private const double Distance = 0.004;

    private static readonly ImmutableArray<string> Names = ["base", "shoulder", "upper_arm", "forearm", "wrist_1", "wrist_2", "wrist_3"];

    public static ImmutableArray<LinkCapsule> Ur3e { get; } = Links(
        (new(0, 0, 0.017), new(0, 0, 0.046), 0.068),
        (new(0, -0.012, 0), new(0, 0, -0.006), 0.070),
        (new(0, -0.116, 0), new(-0.24355, -0.116, 0), 0.072),
        (new(0, -0.055, 0), new(-0.2132, -0.031, 0), 0.057),
        (new(0, -0.131, -0.004), new(0, -0.122, 0), 0.057),
        (new(0, -0.020, -0.084), new(0, 0.011, -0.082), 0.047),
        (new(0, -0.071, -0.002), new(0, -0.071, 0), 0.039));

    public static ImmutableArray<LinkCapsule> Ur5e { get; } = Links(
        (new(0, 0, 0.024), new(0, 0, 0.045), 0.081),
        (new(0, -0.014, 0), new(0, -0.004, -0.008), 0.086),
        (new(0, -0.129, 0), new(-0.425, -0.129, 0), 0.091),
        (new(0, -0.029, 0), new(-0.3922, -0.006, 0), 0.068),
        (new(0, -0.130, -0.002), new(0, -0.112, 0), 0.067),
        (new(0, -0.014, -0.097), new(0, 0.012, -0.093), 0.058),
        (new(0, -0.073, -0.002), new(0, -0.070, 0), 0.045));

    public static ImmutableArray<LinkCapsule> Ur10e { get; } = Links(
        (new(0, 0, 0.032), new(0, 0, 0.034), 0.102),
        (new(0, -0.013, 0), new(0, -0.009, -0.009), 0.113),
        (new(0, -0.175, 0), new(-0.6127, -0.175, 0), 0.112),
        (new(0, -0.055, 0), new(-0.57155, -0.048, 0), 0.075),
        (new(0, -0.174, -0.012), new(0, -0.160, 0), 0.073),
        (new(0, -0.021, -0.119), new(0, 0.003, -0.112), 0.066),
        (new(0, -0.088, -0.003), new(0, -0.087, 0), 0.052));

    /// <summary>What hangs behind the elbow stays away from base and shoulder, the wrists from the upper arm, and the last one from the forearm.</summary>
    public static ImmutableArray<CapsulePair> Apart { get; } =
    [
        .. from near in (string[])["base", "shoulder"] from far in (string[])["forearm", "wrist_1", "wrist_2", "wrist_3"] select Pair(near, far),
        .. from far in (string[])["wrist_1", "wrist_2", "wrist_3"] select Pair("upper_arm", far),
        Pair("forearm", "wrist_3"),
    ];

    private static CapsulePair Pair(string first, string second) => new(Names.IndexOf(first), Names.IndexOf(second), Distance);

    // Base, then each link in the frame behind its joint: ends m, radius m.
    private static ImmutableArray<LinkCapsule> Links(params ReadOnlySpan<(Vector3d From, Vector3d To, double Radius)> links)
    {
        var capsules = ImmutableArray.CreateBuilder<LinkCapsule>(links.Length);
        for (var i = 0; i < links.Length; i++) capsules.Add(new(Names[i], i + LinkCapsule.Base, links[i].From, links[i].To, links[i].Radius));
        return capsules.MoveToImmutable();
    }
}
