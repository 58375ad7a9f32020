using DepthVla.Robot.Control.Kinematics;
using DepthVla.Robot.Control.Tests.Fakes;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;
using FsCheck;
using FsCheck.Xunit;

namespace DepthVla.Robot.Control.Tests.Kinematics;

public sealed class LinkFramesTests
{
    [Fact]
    public void Point_AllZero_IsTheSumOfTheOffsets() =>
        AssertNear(new(0.04975 + 0.175 + 0.075 + 0.065 + 0.0936, 0, 0.072 + 0.03865 + 0.25), Tool(Arms.WidowX, new double[7]));

    [Fact]
    public void Point_WaistAQuarterTurn_PointsAlongY() =>
        AssertNear(new(0, 0.45835, 0.36065), Tool(Arms.WidowX, [Math.PI / 2, 0, 0, 0, 0, 0, 0]));

    [Fact]
    public void Point_ShoulderAQuarterTurn_LeansForwardAndPointsDown() =>
        AssertNear(new(0.25, 0, 0.11065 - 0.45835), Tool(Arms.WidowX, [0, Math.PI / 2, 0, 0, 0, 0, 0]));

    [Property(MaxTest = 300)]
    public void Point_AnyLinkOfARandomArm_AgreesWithMatrices(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        var (robot, start) = Arms.Random(random);
        var frames = new LinkFrames(robot.Chain);
        frames.Place(JointVector.From(start));
        for (var link = LinkCapsule.Base; link < robot.Chain.Length; link++)
        {
            var point = new Vector3d(Arms.Uniform(random, -0.3, 0.3), Arms.Uniform(random, -0.3, 0.3), Arms.Uniform(random, -0.3, 0.3));
            AssertNear(Referee.Point(robot, start, link, point), frames.Point(link, point));
        }
    }

    [Property(MaxTest = 300)]
    public void Reach_RandomMotion_BoundsTheWayOfToolAndHull(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        var (robot, from) = Arms.Random(random);
        double[] to = [.. from.Select(q => q + Arms.Uniform(random, -1, 1) * Math.Pow(10, random.Next(-3, 1)))];
        double Bound(double[] reach) => from.Select((q, i) => reach[i] * Math.Abs(to[i] - q)).Sum();
        double Way(int link, Vector3d point) => Length(Referee.Point(robot, to, link, point) - Referee.Point(robot, from, link, point));

        Assert.InRange(Way(robot.Chain.Length - 1, robot.Tool), 0, Bound(Reach.OfTool(robot)) + 1e-12);
        foreach (var capsule in robot.Capsules)
        foreach (var end in (Vector3d[])[capsule.From, capsule.To])
            Assert.InRange(Way(capsule.Link, end), 0, Bound(Reach.OfHull(robot)) + 1e-12);
    }

    private static Vector3d Tool(RobotDescription robot, double[] positions)
    {
        var frames = new LinkFrames(robot.Chain);
        frames.Place(JointVector.From(positions));
        return frames.Point(robot.Chain.Length - 1, robot.Tool);
    }

    private static double Length(Vector3d v) => Math.Sqrt(v.X * v.X + v.Y * v.Y + v.Z * v.Z);

    private static void AssertNear(Vector3d expected, Vector3d actual) => Assert.True(Length(actual - expected) < 1e-14, $"expected {expected}, got {actual}");
}
