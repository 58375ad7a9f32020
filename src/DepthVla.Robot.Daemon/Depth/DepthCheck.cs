using System.Globalization;
using DepthVla.Robot.Core.Policies;

namespace DepthVla.Robot.Daemon.Depth;

/// <summary>Notices depth that no chunk should have been made with: none, blank, flat, or farther than any room. Pure.</summary>
/// <remarks>It can only hold the arm, by keeping the chunk from becoming a plan: the plan in place ends, and goes on with the first chunk whose depth can be.</remarks>
internal static class DepthCheck
{
    // m: nearer than that is the lens, farther no table that an arm reaches.
    private const float Nearest = 0.01f, Farthest = 20;

    // So many of all pixels may be neither.
    private const double MostOutside = 0.1;

    // m from the nearest to the farthest: a view without even that is a covered lens, or a network that says nothing.
    private const float LeastSpread = 0.005f;

    /// <summary>What is wrong with the depth of a chunk, or null. Depth that an earlier observation was read for was checked with that one, where no map came again.</summary>
    public static string? Fault(ActionChunk chunk)
    {
        if (chunk.Depth.IsEmpty) return chunk.DepthBasedOnSequence is null ? "no depth map came with the chunk: its policy has no depth; leave out --depth-checks, or serve one that has" : null;
        string? fault = null;
        foreach (var map in chunk.Depth) fault ??= Fault(map);
        return fault;
    }

    private static string? Fault(DepthMap map)
    {
        var (outside, nearest, farthest) = (0, float.PositiveInfinity, float.NegativeInfinity);
        foreach (var metres in map.Metres.Span)
        {
            if (!(metres is >= Nearest and <= Farthest))
            {
                outside++;
                continue;
            }

            (nearest, farthest) = (Math.Min(nearest, metres), Math.Max(farthest, metres));
        }

        if (outside > MostOutside * map.Metres.Length) return Text(map, $"{100.0 * outside / map.Metres.Length:0} % of the pixels are not within {Nearest} to {Farthest} m");
        return farthest - nearest >= LeastSpread ? null : Text(map, $"everything is {nearest:0.000} m away");
    }

    private static string Text(DepthMap map, FormattableString what) => $"depth of camera '{map.Camera}': {what.ToString(CultureInfo.InvariantCulture)}; check its lens, light and exposure, and the policy";
}
