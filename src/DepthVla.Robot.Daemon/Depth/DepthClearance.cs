using System.Globalization;
using DepthVla.Robot.Core.Policies;

namespace DepthVla.Robot.Daemon.Depth;

/// <summary>How fast the arm may go for what is ahead of its gripper, by the policy's predicted depth of one camera's pictures. Pure.</summary>
/// <remarks>It can only slow the arm, and hold it. What it knows is a guess of a network: it protects nobody.</remarks>
/// <param name="Camera">Whose depth: one that looks where the gripper goes.</param>
/// <param name="Left">The region of its picture that counts, shares of the width and height from the upper left corner, 0 to 1.</param>
/// <param name="Top">The same.</param>
/// <param name="Right">The same; more than <paramref name="Left"/>.</param>
/// <param name="Bottom">The same; more than <paramref name="Top"/>.</param>
/// <param name="HoldAt">m: nearer than this the arm holds.</param>
/// <param name="SlowFrom">m: nearer than this it slows; more than <paramref name="HoldAt"/>.</param>
internal sealed record DepthClearance(string Camera, double Left, double Top, double Right, double Bottom, double HoldAt, double SlowFrom)
{
    /// <summary>How it is written.</summary>
    public const string Form = "CAMERA=LEFT,TOP,RIGHT,BOTTOM@HOLD..SLOW, shares of the picture from 0 to 1 and m from 0.01 to 5, such as wrist=0.3,0.2,0.7,0.6@0.05..0.2";

    // So many of all pixels may be nearer: a network is wrong at edges.
    private const double Overlooked = 0.05;

    private const double Nearest = 0.01, Farthest = 5;

    /// <summary>Reads <see cref="Form"/>; null for what is none.</summary>
    public static DepthClearance? Parse(string text)
    {
        if (text.Split('=') is not [{ Length: > 0 } camera, var rest] || rest.Split('@') is not [var region, var distances]) return null;
        if (region.Split(',') is not { Length: 4 } sides || distances.Split("..") is not { Length: 2 } ends) return null;
        var numbers = new double[6];
        foreach (var (i, word) in sides.Concat(ends).Index())
            if (!double.TryParse(word, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out numbers[i])) return null;
        var read = new DepthClearance(camera, numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]);
        return read is { Left: >= 0, Top: >= 0, Right: <= 1, Bottom: <= 1, HoldAt: >= Nearest, SlowFrom: <= Farthest } && read.Left < read.Right && read.Top < read.Bottom && read.HoldAt < read.SlowFrom ? read : null;
    }

    /// <summary>What a chunk's depth allows, 0 to 1: 1 from <see cref="SlowFrom"/> on, 0 up to <see cref="HoldAt"/>, straight in between. 0 where the camera's map is not among those that came.</summary>
    /// <param name="chunk">One without any map was read for an earlier observation's depth: null, what that allowed stays.</param>
    public double? Scale(ActionChunk chunk)
    {
        if (chunk.Depth.IsEmpty) return null;
        foreach (var map in chunk.Depth)
            if (map.Camera == Camera) return Scale(Distance(map));
        return 0;
    }

    /// <summary>What a distance allows, 0 to 1.</summary>
    /// <param name="metres">Anything; what is no number allows nothing.</param>
    public double Scale(double metres) => metres >= SlowFrom ? 1 : metres > HoldAt ? (metres - HoldAt) / (SlowFrom - HoldAt) : 0;

    /// <summary>The distance that all but a twentieth of the region's pixels are farther away than, m. Pixels that are no distance (not finite, 0 or less) are at 0.</summary>
    public double Distance(DepthMap map)
    {
        var (left, right) = ((int)(Left * map.Width), Math.Clamp((int)Math.Ceiling(Right * map.Width), 0, map.Width));
        var (top, bottom) = ((int)(Top * map.Height), Math.Clamp((int)Math.Ceiling(Bottom * map.Height), 0, map.Height));
        var pixels = new float[(right - left) * (bottom - top)];
        if (pixels.Length == 0) return 0;
        var metres = map.Metres.Span;
        var count = 0;
        for (var row = top; row < bottom; row++)
            foreach (var metre in metres.Slice(row * map.Width + left, right - left)) pixels[count++] = float.IsFinite(metre) && metre > 0 ? metre : 0;
        Array.Sort(pixels);
        return pixels[(int)(Overlooked * pixels.Length)];
    }
}
