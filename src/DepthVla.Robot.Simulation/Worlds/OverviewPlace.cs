using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Simulation.Worlds;

/// <summary>Where the camera "overview" is and what it is aimed at: base frame, m.</summary>
internal readonly record struct OverviewPlace(Vector3d Position, Vector3d Aim)
{
    /// <summary>The camera's name.</summary>
    public const string Camera = "overview";

    private const double Aside = 0.05, Along = 0.03, AimOff = 0.01;

    /// <summary>Half a metre above the far edge of the work area, looking back to the arm.</summary>
    public static OverviewPlace Plain => new(new(0.70, 0, 0.52), new(0.28, 0, 0.08));

    /// <summary>Within 6x10x6 cm of there, aimed up to 1 cm off along every axis.</summary>
    public static OverviewPlace Random(Random random) => new(
        Plain.Position + new Vector3d(random.Around(Along), random.Around(Aside), random.Around(Along)),
        Plain.Aim + new Vector3d(random.Around(AimOff), random.Around(AimOff), random.Around(AimOff)));
}
