using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Kinematics;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Drivers.UniversalRobots;

namespace DepthVla.Robot.Drivers.Tests.UniversalRobots;

/// <summary>The chain against UR's published Denavit–Hartenberg parameters, multiplied out as 4 × 4 matrices.</summary>
public sealed class UniversalRobotsModelTests
{
    // d, a, alpha by joint. Source: "Parameters for calculations of kinematics and dynamics", universal-robots.com.
    private static readonly Dictionary<string, (double D, double A, double Alpha)[]> Published = new()
    {
        ["ur3e"] = [(0.15185, 0, Math.PI / 2), (0, -0.24355, 0), (0, -0.2132, 0), (0.13105, 0, Math.PI / 2), (0.08535, 0, -Math.PI / 2), (0.0921, 0, 0)],
        ["ur5e"] = [(0.1625, 0, Math.PI / 2), (0, -0.425, 0), (0, -0.3922, 0), (0.1333, 0, Math.PI / 2), (0.0997, 0, -Math.PI / 2), (0.0996, 0, 0)],
        ["ur10e"] = [(0.1807, 0, Math.PI / 2), (0, -0.6127, 0), (0, -0.57155, 0), (0.17415, 0, Math.PI / 2), (0.11985, 0, -Math.PI / 2), (0.11655, 0, 0)],
    };

    public static TheoryData<string> Names => [.. UniversalRobotsModel.All.Select(m => m.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Chain_AnyJoints_IsThePublishedKinematics(string name)
    {
        const double ToolLength = 0.15;
        var chain = new SerialChain(Model(name).Describe(toolLength: ToolLength));
        var random = new Random(3);
        for (var i = 0; i < 1000; i++)
        {
            var q = Enumerable.Range(0, 6).Select(_ => (2 * random.NextDouble() - 1) * Math.Tau).ToArray();
            var pose = chain.Tool(JointVector.From(q));
            var flange = Multiply(DenavitHartenberg(name, q), Translation(0, 0, ToolLength));

            // Some twenty products of numbers of at most 1.5: an error of 1e-15 each.
            const double Tolerance = 1e-13;
            Assert.Equal(flange[0, 3], pose.Position.X, Tolerance);
            Assert.Equal(flange[1, 3], pose.Position.Y, Tolerance);
            Assert.Equal(flange[2, 3], pose.Position.Z, Tolerance);

            // Our tool frame turned a quarter about x is the controller's: its x stays, its y is our z, its z is our −y.
            foreach (var (ours, column, sign) in new[] { (new Vector3d(1, 0, 0), 0, 1), (new(0, 0, 1), 1, 1), (new(0, 1, 0), 2, -1) })
            {
                var axis = pose.Rotation * ours;
                Assert.Equal(sign * flange[0, column], axis.X, Tolerance);
                Assert.Equal(sign * flange[1, column], axis.Y, Tolerance);
                Assert.Equal(sign * flange[2, column], axis.Z, Tolerance);
            }
        }
    }

    [Fact]
    public void Chain_Ur5eAtZero_LiesAlongMinusX()
    {
        var tool = new SerialChain(UniversalRobotsModel.Ur5e.Describe()).Tool(JointVector.Zero(6)).Position;
        Assert.Equal(-0.8172, tool.X, 1e-9);
        Assert.Equal(-0.2329, tool.Y, 1e-9);
        Assert.Equal(0.0628, tool.Z, 1e-9);
    }

    [Theory]
    [InlineData("ur3e", new double[] { 180, 180, 180, 360, 360, 360 })]
    [InlineData("ur5e", new double[] { 180, 180, 180, 180, 180, 180 })]
    [InlineData("ur10e", new double[] { 120, 120, 180, 180, 180, 180 })]
    public void Joints_StayBelowThePublishedSpeedsAndRanges(string name, double[] degreesPerSecond)
    {
        var joints = Model(name).Describe().Joints;
        Assert.Equal(6, joints.Length);
        Assert.Equal(6, joints.Select(j => j.Name).Distinct().Count());
        foreach (var (joint, published) in joints.Zip(degreesPerSecond.Select(double.DegreesToRadians)))
        {
            Assert.InRange(joint.MaxVelocity, 0.5 * published, 0.95 * published);
        }

        Assert.All(joints, j => Assert.InRange(j.MaxAcceleration, 1, 5));
        Assert.All(joints, j => Assert.Equal(j.Name == "elbow" ? Math.PI : Math.Tau, j.MaxPosition));
        Assert.All(joints, j => Assert.Equal((-j.MaxPosition, JointUnit.Radian), (j.MinPosition, j.Unit)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Workspace_ByDefault_IsAboveTheBaseAndAwayFromItAndWithinReach(string name)
    {
        var (box, (_, a2, _), (_, a3, _)) = (Model(name).Describe().Workspace, Published[name][1], Published[name][2]);
        Assert.True(box.Min.Z >= 0.05 && box.Max.X <= -0.1 && box.Min.X > a2 + a3 && box.Max.Z < -(a2 + a3));
        var own = new WorkspaceBox(new(-0.3, -0.3, 0.1), new(-0.2, 0.3, 0.2));
        Assert.Equal(own, Model(name).Describe(own).Workspace);
    }

    [Theory]
    [InlineData(-0.01)]
    [InlineData(1.01)]
    [InlineData(double.NaN)]
    public void Describe_ToolOfNoSuchLength_IsRefused(double length) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => UniversalRobotsModel.Ur5e.Describe(toolLength: length));

    private static UniversalRobotsModel Model(string name) => UniversalRobotsModel.All.Single(m => m.Name == name);

    private static double[,] DenavitHartenberg(string name, double[] q)
    {
        var pose = Translation(0, 0, 0);
        foreach (var ((d, a, alpha), theta) in Published[name].Zip(q))
        {
            var (s, c) = Math.SinCos(theta);
            var (sa, ca) = Math.SinCos(alpha);
            pose = Multiply(pose, new[,] { { c, -s * ca, s * sa, a * c }, { s, c * ca, -c * sa, a * s }, { 0, sa, ca, d }, { 0, 0, 0, 1 } });
        }

        return pose;
    }

    private static double[,] Translation(double x, double y, double z) => new[,] { { 1, 0, 0, x }, { 0, 1, 0, y }, { 0, 0, 1, z }, { 0, 0, 0, 1 } };

    private static double[,] Multiply(double[,] a, double[,] b)
    {
        var product = new double[4, 4];
        for (var i = 0; i < 4; i++) for (var j = 0; j < 4; j++) for (var k = 0; k < 4; k++) product[i, j] += a[i, k] * b[k, j];
        return product;
    }
}
