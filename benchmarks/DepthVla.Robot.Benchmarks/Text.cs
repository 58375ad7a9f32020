using System.Globalization;

namespace DepthVla.Robot.Benchmarks;

internal static class Text
{
    internal static string Number(double value, int digits) => value.ToString($"F{digits}", CultureInfo.InvariantCulture);
}
