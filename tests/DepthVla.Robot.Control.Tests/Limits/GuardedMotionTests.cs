using DepthVla.Robot.Control.Limits;
using DepthVla.Robot.Control.Tests.Fakes;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;
using FsCheck;
using FsCheck.Xunit;

namespace DepthVla.Robot.Control.Tests.Limits;

public sealed class GuardedMotionTests
{
    private const long PeriodNs = 2_000_000;
    private const double Dt = 0.002;

    /// <summary>From anything at all the arm can brake at any moment, and stands within the stated time without violating anything on its way.</summary>
    [Property(MaxTest = 40)]
    public void Brake_AtAnyMoment_StandsInsideEveryLimit(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        var (robot, start) = random.Next(2) == 0 ? (Arms.GuardedWidowX, Arms.WidowXHome) : Arms.Random(random);
        var (limiter, adversary) = (Started(robot, start), new Adversary(random, robot));
        var commands = new List<double[]> { limiter.Command.ToArray() };
        for (var turn = random.Next(1, 800); turn > 0; turn--)
        {
            if (adversary.Next(turn) is { } target) limiter.Toward(in target.Positions, in target.Velocities);
            else limiter.Brake();
            commands.Add(limiter.Command.ToArray());
        }

        for (var seconds = 0.0; seconds < StoppingBound.Of(robot, PeriodNs, 0).Seconds; seconds += Dt)
        {
            limiter.Brake();
            commands.Add(limiter.Command.ToArray());
        }

        Assert.True(limiter.AtRest);
        Assert.Null(Referee.FirstViolation(robot, Dt, commands));
    }

    [Fact]
    public void Toward_APoseInThePost_StopsInFrontOfItAndSaysSo()
    {
        var limiter = Started(Arms.GuardedWidowX, Arms.WidowXHome);
        var limited = LimitKinds.None;
        for (var tick = 0; tick < 3000; tick++) limited |= limiter.Toward(JointVector.From([0.785, 0, 0.3, 0, 0, 0, 0.025]), JointVector.Zero(7));
        Assert.True(limited.HasFlag(LimitKinds.KeepOut));
        Assert.True(limiter.AtRest);
        Assert.InRange(Referee.LeastClearance(Arms.GuardedWidowX, limiter.Command.ToArray()).Metres, 0, 0.01);
    }

    [Fact]
    public void Toward_APoseFoldedIntoTheBase_StopsShortOfItAndSaysSo()
    {
        var robot = Arms.GuardedWidowX with { KeepOut = [] };
        var limiter = Started(robot, Arms.WidowXHome);
        var limited = LimitKinds.None;
        for (var tick = 0; tick < 3000; tick++) limited |= limiter.Toward(JointVector.From([0, -0.3, 1.6, 0, 0.6, 0, 0.025]), JointVector.Zero(7));
        Assert.True(limited.HasFlag(LimitKinds.SelfDistance));
        Assert.True(limiter.AtRest);
        Assert.InRange(Referee.LeastClearance(robot, limiter.Command.ToArray()).Metres, 0, 0.01);
    }

    /// <summary>A far pose at manual reduced speed: no command is faster, and the arm uses most of what it may.</summary>
    [Theory]
    [InlineData(0.25)]
    [InlineData(0.05)]
    public void Toward_FarPoseAtReducedSpeed_UsesItAndGetsThere(double speed)
    {
        var robot = new LimitOptions { ReducedSpeed = speed }.On(Arms.SmoothWidowX);
        var limiter = Started(robot, Arms.WidowXHome);
        var (goal, ticks, fastest) = (JointVector.From([1, 0.1, 0.1, 0, 0.5, 0, 0.025]), 0, 0.0);
        var way = 0.0;
        for (var limited = LimitKinds.Velocity; limited != LimitKinds.None || !limiter.AtRest; ticks++)
        {
            Assert.True(ticks < 60_000, "does not get there");
            var before = Referee.ToolPoint(robot, limiter.Command.ToArray());
            limited = limiter.Toward(in goal, JointVector.Zero(7));
            var step = Referee.ToolPoint(robot, limiter.Command.ToArray()) - before;
            var length = Math.Sqrt(step.X * step.X + step.Y * step.Y + step.Z * step.Z);
            (way, fastest) = (way + length, Math.Max(fastest, length / Dt));
        }

        Assert.InRange(fastest, 0.95 * speed, speed);
        Assert.InRange(way / (ticks * Dt), 0.6 * speed, speed);
    }

    [Fact]
    public void On_PayloadScale_NarrowsSpeedAndAccelerationOfAllButTheGripper()
    {
        var robot = new LimitOptions { PayloadScale = 0.4 }.On(Arms.SmoothWidowX);
        Assert.Equal((2 * 0.4, 8 * 0.4), (robot.Joints[0].MaxVelocity, robot.Joints[0].MaxAcceleration));
        Assert.Equal(Arms.SmoothWidowX.Joints[6], robot.Joints[6]);
        Assert.Equal(Arms.SmoothWidowX.Joints[0].MaxJerk, robot.Joints[0].MaxJerk);
    }

    [Theory]
    [InlineData(0, 1, "ReducedSpeed")]
    [InlineData(double.NaN, 1, "ReducedSpeed")]
    [InlineData(0.25, 0, "PayloadScale")]
    [InlineData(0.25, 1.1, "PayloadScale")]
    public void On_OutOfRange_SaysWhich(double speed, double scale, string name) => Assert.Contains(
        name, Assert.Throws<ArgumentOutOfRangeException>(() => new LimitOptions { ReducedSpeed = speed, PayloadScale = scale }.On(Arms.WidowX)).Message, StringComparison.Ordinal);

    [Fact]
    public void Toward_GuardedArm_AllocatesNothing()
    {
        var (limiter, adversary) = (Started(Arms.GuardedWidowX, Arms.WidowXHome), new Adversary(new Random(3), Arms.GuardedWidowX));
        var targets = Enumerable.Range(0, 10_000).Select(tick => adversary.Next(tick) ?? (JointVector.Zero(7), JointVector.Zero(7))).ToArray();
        limiter.Toward(in targets[0].Item1, in targets[0].Item2);
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (ref readonly var target in targets.AsSpan()) limiter.Toward(in target.Item1, in target.Item2);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static Limiter Started(RobotDescription robot, double[] start)
    {
        var limiter = new Limiter(robot, PeriodNs);
        limiter.Start(JointVector.From(start));
        return limiter;
    }
}
