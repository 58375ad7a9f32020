using DepthVla.Robot.Control.Kinematics;
using DepthVla.Robot.Control.Tests.Fakes;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;
using FsCheck;
using FsCheck.Xunit;

namespace DepthVla.Robot.Control.Tests.Kinematics;

public sealed class ToolChainTests
{
    [Fact]
    public void ToolPoint_AllZero_IsTheSumOfTheOffsets() =>
        AssertNear(new(0.04975 + 0.175 + 0.075 + 0.065 + 0.0936, 0, 0.072 + 0.03865 + 0.25), At(Arms.WidowX, new double[7]));

    [Fact]
    public void ToolPoint_WaistAQuarterTurn_PointsAlongY() =>
        AssertNear(new(0, 0.45835, 0.36065), At(Arms.WidowX, [Math.PI / 2, 0, 0, 0, 0, 0, 0]));

    [Fact]
    public void ToolPoint_ShoulderAQuarterTurn_LeansForwardAndPointsDown() =>
        AssertNear(new(0.25, 0, 0.11065 - 0.45835), At(Arms.WidowX, [0, Math.PI / 2, 0, 0, 0, 0, 0]));

    [Property(MaxTest = 300)]
    public void ToolPoint_RandomArm_AgreesWithMatrices(DoNotSize<int> seed)
    {
        var (robot, start) = Arms.Random(new Random(seed.Item));
        AssertNear(Referee.ToolPoint(robot, start), At(robot, start));
    }

    [Property(MaxTest = 300)]
    public void Reach_RandomMotion_BoundsTheWayOfTheTool(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        var (robot, from) = Arms.Random(random);
        var chain = new ToolChain(robot);
        double[] to = [.. from.Select(q => q + Arms.Uniform(random, -1, 1) * Math.Pow(10, random.Next(-3, 1)))];

        var way = Referee.ToolPoint(robot, to) - Referee.ToolPoint(robot, from);
        var bound = from.Select((q, i) => chain.Reach(i) * Math.Abs(to[i] - q)).Sum();

        Assert.InRange(Math.Sqrt(way.X * way.X + way.Y * way.Y + way.Z * way.Z), 0, bound + 1e-12);
    }

    private static Vector3d At(RobotDescription robot, double[] positions) => new ToolChain(robot).ToolPoint(JointVector.From(positions));

    private static void AssertNear(Vector3d expected, Vector3d actual)
    {
        var off = actual - expected;
        Assert.True(Math.Abs(off.X) + Math.Abs(off.Y) + Math.Abs(off.Z) < 1e-13, $"expected {expected}, got {actual}");
    }
}
