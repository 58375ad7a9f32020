using DepthVla.Robot.Control.Limits;
using DepthVla.Robot.Control.Tests.Fakes;
using DepthVla.Robot.Core.Joints;

namespace DepthVla.Robot.Control.Tests.Limits;

public sealed class UnsafeStartExceptionTests
{
    [Fact]
    public void Start_JointsOutside_ListsEachWithValueLimitAndRemedy()
    {
        var problems = Refused(0, 2.5, 0, 0, -1.8, 0, double.NaN);
        Assert.Equal(3, problems.Length);
        Assert.Equal("joint 'shoulder' is at 2.5, limits -1.88496 … 1.98968: move it inside by hand, or widen its limits if it belongs there", problems[0]);
        Assert.StartsWith("joint 'wrist_angle' is at -1.8, limits -1.74533", problems[1], StringComparison.Ordinal);
        Assert.Equal("joint 'gripper' is at NaN, limits 0.0125 … 0.037: check the sensor and its driver", problems[2]);
    }

    [Fact]
    public void Start_ToolOutside_SaysWhereItIsAndMayBe() =>
        Assert.Equal(
            "the tool point is at (-0.45835, 0, 0.36065) m, workspace (0.1, -0.45, 0.01) … (0.6, 0.45, 0.5): move the arm inside by hand, or widen the workspace",
            Assert.Single(Refused(3.14158, 0, 0, 0, 0, 0, 0.02)).Replace("0.000005", "0", StringComparison.Ordinal).Replace("0.000006", "0", StringComparison.Ordinal));

    [Fact]
    public void Start_AnotherNumberOfJoints_IsRefused() => Assert.Contains("6 positions measured, expected 7", Assert.Single(Refused(0, 0, 0, 0, 0, 0)));

    [Fact]
    public void Start_AtTheLimits_BeginsThere()
    {
        double[] start = [0, 0, 0, 3.14158, 0, -3.14158, 0.0125];
        var limiter = new Limiter(Arms.WidowX, 2_000_000);
        limiter.Start(JointVector.From(start));
        Assert.Null(Referee.FirstViolation(Arms.WidowX, 0.002, [limiter.Command.ToArray()]));
        for (var j = 0; j < 7; j++) Assert.Equal(start[j], limiter.Command[j], 1e-15);
    }

    [Fact]
    public void Start_LinksWhereTheyMustNotBe_NamesEachWithWhatIsInTheWay()
    {
        var robot = Arms.GuardedWidowX with { KeepOut = [new("wall", new(new(0.3, -1, 0), new(0.4, 1, 1)))], Apart = [new(1, 4, 0.5)] };
        var problems = Assert.Throws<UnsafeStartException>(() => new Limiter(robot, 2_000_000).Start(JointVector.From(Arms.WidowXHome))).Problems;
        Assert.Equal(3, problems.Length);
        Assert.Equal("'wrist' is 0.04 m inside the keep-out box 'wall': move the arm away by hand, or correct the box", problems[0]);
        Assert.StartsWith("'gripper' is 0.045 m inside", problems[1], StringComparison.Ordinal);
        Assert.Equal("'upper_arm' is 0.21525 m too near to 'gripper': move them apart by hand, or correct the arm's capsules", problems[2]);
    }

    private static string[] Refused(params double[] measured) =>
        [.. Assert.Throws<UnsafeStartException>(() => new Limiter(Arms.WidowX, 2_000_000).Start(JointVector.From(measured))).Problems];
}
