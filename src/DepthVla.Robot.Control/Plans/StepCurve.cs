namespace DepthVla.Robot.Control.Plans;

/// <summary>A smooth curve through equidistant steps: cubic Hermite, continuous in position and velocity, and never beyond its steps.</summary>
/// <remarks>
/// Tangents are those of Catmull and Rom, half the way from the step before to the step after, shrunk where the curve would otherwise overshoot
/// (Fritsch and Carlson: a tangent at most three times the smaller neighbouring rise, and zero where they differ in sign). So between two steps the
/// curve stays between them: steps that respect a range give a curve that does. The first tangent points at the second step; the last
/// is zero, so that a plan that is not replaced ends at rest. Pure.
/// </remarks>
internal static class StepCurve
{
    /// <summary>The tangent at a step, in units of position a period.</summary>
    /// <param name="before">Rise from the step before, or null at the first.</param>
    /// <param name="after">Rise to the step after, or null at the last.</param>
    public static double Tangent(double? before, double? after)
    {
        if (after is not { } next) return 0;
        if (before is not { } last) return next;
        return Within(last, Within(next, (last + next) / 2));
    }

    /// <summary>The part of <paramref name="tangent"/> that does not overshoot over <paramref name="rise"/>.</summary>
    public static double Within(double rise, double tangent) => rise * tangent <= 0 ? 0 : Math.CopySign(Math.Min(Math.Abs(tangent), 3 * Math.Abs(rise)), rise);

    /// <summary>Position and slope (a period) at <paramref name="u"/> of the way, 0 to 1, from <paramref name="from"/> to <paramref name="to"/>.</summary>
    public static (double Position, double Slope) At(double u, double from, double to, double fromTangent, double toTangent)
    {
        var rise = to - from;
        var c2 = 3 * rise - 2 * fromTangent - toTangent;
        var c3 = fromTangent + toTangent - 2 * rise;
        return (from + u * (fromTangent + u * (c2 + u * c3)), fromTangent + u * (2 * c2 + u * 3 * c3));
    }
}
