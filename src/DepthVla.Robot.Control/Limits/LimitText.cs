using System.Globalization;
using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Control.Limits;

/// <summary>Numbers in messages about limits.</summary>
internal static class LimitText
{
    public static string Of(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);

    public static string Of(Vector3d v) => $"({Of(v.X)}, {Of(v.Y)}, {Of(v.Z)})";
}
