using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Control.Kinematics;

/// <summary>How far a segment is from something else, m. Pure; real-time safe.</summary>
/// <remarks>Exact to rounding where the distance is a millimetre or more, which is where capsules touch: the point taken on the segment may be off, but the squared distance is flat there.</remarks>
public static class SegmentDistance
{
    // Squared sine of the angle below which two segments count as parallel: their distance is then that of an end, to 1e-10 of a squared length.
    private const double Parallel = 1e-12;

    /// <summary>To a box; 0 where they meet.</summary>
    /// <remarks>
    /// Half the slope of the squared distance along the segment is way · excess, where excess is how far the point is beyond the faces. It never falls, and is a
    /// straight line between the at most six places where the segment passes a face's plane. Halving at these leaves one line, whose zero is the nearest point.
    /// </remarks>
    public static double ToBox(Vector3d from, Vector3d to, in WorkspaceBox box)
    {
        var way = to - from;
        var (low, high) = (0.0, 1.0);
        Narrow(box.Min.X - from.X, way.X, from, way, in box, ref low, ref high);
        Narrow(box.Max.X - from.X, way.X, from, way, in box, ref low, ref high);
        Narrow(box.Min.Y - from.Y, way.Y, from, way, in box, ref low, ref high);
        Narrow(box.Max.Y - from.Y, way.Y, from, way, in box, ref low, ref high);
        Narrow(box.Min.Z - from.Z, way.Z, from, way, in box, ref low, ref high);
        Narrow(box.Max.Z - from.Z, way.Z, from, way, in box, ref low, ref high);

        var (first, last) = (Slope(from, way, low, in box), Slope(from, way, high, in box));
        var t = first >= 0 ? low : last <= 0 ? high : low + (high - low) * (first / (first - last));
        return Math.Sqrt(Squared(Excess(from + way * t, in box)));
    }

    /// <summary>To another segment; 0 where they meet. Either may be a point.</summary>
    public static double ToSegment(Vector3d from1, Vector3d to1, Vector3d from2, Vector3d to2)
    {
        var (way1, way2, apart) = (to1 - from1, to2 - from2, from1 - from2);
        var (a, e, b) = (Squared(way1), Squared(way2), Dot(way1, way2));
        var determinant = a * e - b * b;
        if (determinant <= Parallel * a * e)
        {
            return Math.Sqrt(Math.Min(
                Math.Min(SquaredToPoint(from1, way1, a, from2), SquaredToPoint(from1, way1, a, to2)),
                Math.Min(SquaredToPoint(from2, way2, e, from1), SquaredToPoint(from2, way2, e, to1))));
        }

        // The nearest points of the two lines; a foot beyond an end moves to it, and the other follows.
        var (c, f) = (Dot(way1, apart), Dot(way2, apart));
        var s = Math.Clamp((b * f - c * e) / determinant, 0, 1);
        var t = (b * s + f) / e;
        if (t is < 0 or > 1)
        {
            t = t < 0 ? 0 : 1;
            s = Math.Clamp((b * t - c) / a, 0, 1);
        }

        return Math.Sqrt(Squared(apart + way1 * s - way2 * t));
    }

    private static void Narrow(double gap, double speed, Vector3d from, Vector3d way, in WorkspaceBox box, ref double low, ref double high)
    {
        var t = gap / speed;                        // a segment along the plane gives infinity or NaN, which lies between nothing
        if (!(t > low && t < high)) return;
        if (Slope(from, way, t, in box) < 0) low = t;
        else high = t;
    }

    private static double Slope(Vector3d from, Vector3d way, double t, in WorkspaceBox box) => Dot(way, Excess(from + way * t, in box));

    private static Vector3d Excess(Vector3d p, in WorkspaceBox box) => p - box.Nearest(p);

    private static double SquaredToPoint(Vector3d from, Vector3d way, double squaredLength, Vector3d point)
    {
        var t = squaredLength > 0 ? Math.Clamp(Dot(point - from, way) / squaredLength, 0, 1) : 0;
        return Squared(from + way * t - point);
    }

    private static double Dot(Vector3d a, Vector3d b) => a.X * b.X + a.Y * b.Y + a.Z * b.Z;

    private static double Squared(Vector3d v) => Dot(v, v);
}
