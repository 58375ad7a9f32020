using DepthVla.Robot.Control.Kinematics;
using DepthVla.Robot.Control.Tests.Fakes;
using DepthVla.Robot.Core.Robots;
using FsCheck;
using FsCheck.Xunit;

namespace DepthVla.Robot.Control.Tests.Kinematics;

public sealed class SegmentDistanceTests
{
    private static readonly WorkspaceBox Box = new(new(-1, -1, -1), new(1, 1, 1));

    [Theory]
    [InlineData(2, 0, 0, 3, 0, 0, 1)]             // away from a face
    [InlineData(2, -5, 0, 2, 5, 0, 1)]            // along a face, beyond both of its ends
    [InlineData(-5, 0, 0, 5, 0, 0, 0)]            // through it
    [InlineData(0.1, 0.2, 0.3, 0.1, 0.2, 0.3, 0)] // a point inside
    [InlineData(4, 5, 1, 4, 5, 1, 5)]             // a point beside an edge
    [InlineData(3, 1, 1, 1, 3, 1, 1.4142135623730951)] // past an edge
    public void ToBox_KnownSegments_IsTheDistance(double x1, double y1, double z1, double x2, double y2, double z2, double expected)
    {
        Assert.Equal(expected, SegmentDistance.ToBox(new(x1, y1, z1), new(x2, y2, z2), in Box), 1e-15);
        Assert.Equal(expected, SegmentDistance.ToBox(new(x2, y2, z2), new(x1, y1, z1), in Box), 1e-15);
    }

    [Theory]
    [InlineData(0, 0, 1, 1, 0, 1, 1)]     // parallel
    [InlineData(0.5, -1, 2, 0.5, 1, 2, 2)] // crossing above
    [InlineData(3, 4, 0, 3, 4, 0, 4.47213595499958)] // a point beyond the end
    [InlineData(0.5, 0, -1, 0.5, 0, 1, 0)] // cutting it
    public void ToSegment_KnownSegments_IsTheDistance(double x1, double y1, double z1, double x2, double y2, double z2, double expected) =>
        Assert.Equal(expected, SegmentDistance.ToSegment(default, new(1, 0, 0), new(x1, y1, z1), new(x2, y2, z2)), 1e-15);

    /// <summary>Also points, segments nearly parallel to the other and to faces, and lengths from a micrometre to a metre.</summary>
    [Property(MaxTest = 5000)]
    public void ToBoxAndToSegment_Any_AgreeWithASearch(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        var (first, second) = (Segment(random, null), default((Vector3d From, Vector3d To)));
        second = Segment(random, random.Next(3) == 0 ? first.To - first.From : null);
        var low = Vector(random, 1);
        var box = new WorkspaceBox(low, low + new Vector3d(Size(random), Size(random), Size(random)));

        AssertNear(Referee.ToBox(first, box), SegmentDistance.ToBox(first.From, first.To, in box));
        AssertNear(Referee.ToSegment(first, second), SegmentDistance.ToSegment(first.From, first.To, second.From, second.To));
        AssertNear(Referee.ToSegment(first, second), SegmentDistance.ToSegment(second.To, second.From, first.From, first.To));
    }

    // The search stops at 1e-10 of a length; below a millimetre nothing is promised that finely.
    private static void AssertNear(double expected, double actual) => Assert.Equal(expected, actual, expected > 1e-3 ? 1e-9 : 1e-6);

    private static (Vector3d From, Vector3d To) Segment(Random random, Vector3d? along)
    {
        var from = Vector(random, 1);
        var way = random.Next(6) switch { 0 => default, 1 => new Vector3d(Size(random), 0, 0), 2 => new(0, Size(random), 1e-9), _ => Vector(random, Size(random)) };
        if (along is { } other) way = other * Arms.Uniform(random, -1, 1) + Vector(random, Math.Pow(10, -random.Next(3, 16)));
        return (from, from + way);
    }

    private static double Size(Random random) => Math.Pow(10, Arms.Uniform(random, -6, 0));

    private static Vector3d Vector(Random random, double size) => new(Arms.Uniform(random, -size, size), Arms.Uniform(random, -size, size), Arms.Uniform(random, -size, size));
}
