namespace DepthVla.Robot.Imaging.Drawing;

/// <summary>The depths that a picture tells apart, m. What lies nearer or farther looks like the end of the range.</summary>
public readonly record struct DepthRange(float Near, float Far)
{
    /// <summary>The range of the given depths, m, without the nearest and the farthest 2 %, so that a few stray values do not set it.</summary>
    /// <remarks>Ignores what is not a depth (not finite, not positive); with no depth at all, 0 to 1 m.</remarks>
    public static DepthRange Of(ReadOnlySpan<float> metres)
    {
        var depths = new List<float>(metres.Length);
        foreach (var depth in metres) if (IsDepth(depth)) depths.Add(depth);
        if (depths.Count == 0) return new(0, 1);

        depths.Sort();
        var stray = depths.Count / 50;
        return new(depths[stray], depths[^(1 + stray)]);
    }

    /// <summary>True for what can be a distance: finite and positive.</summary>
    internal static bool IsDepth(float metres) => float.IsFinite(metres) && metres > 0;
}
