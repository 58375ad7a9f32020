using DepthVla.Robot.Control.Limits;
using DepthVla.Robot.Control.Tests.Fakes;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;
using FsCheck;
using FsCheck.Xunit;

namespace DepthVla.Robot.Control.Tests.Limits;

public sealed class LimiterFaultTests
{
    private static readonly long[] PeriodsNs = [20_000_000, 10_000_000, 8_000_000, 4_000_000, 2_000_000, 1_000_000];

    [Property(MaxTest = 400)]
    public void Toward_AnyArmAnyRateAnyTargets_EveryCommandIsInsideEveryLimit(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        var (robot, start) = Arms.Random(random);
        AssertInside(robot, start, PeriodsNs[random.Next(PeriodsNs.Length)], 500, new Adversary(random, robot).Next);
    }

    /// <summary>A million commands of two thousand arms.</summary>
    [Fact]
    [Trait("Size", "Full")]
    public void Toward_AMillionCommands_AreInsideEveryLimit() => Parallel.For(0, 2000, seed =>
    {
        var random = new Random(seed);
        var (robot, start) = Arms.Random(random);
        AssertInside(robot, start, PeriodsNs[random.Next(PeriodsNs.Length)], 500, new Adversary(random, robot).Next);
    });

    [Property(MaxTest = 30)]
    public void Toward_WidowXAnyTargets_EveryCommandIsInsideEveryLimit(DoNotSize<int> seed) =>
        AssertInside(Arms.WidowX, Arms.WidowXHome, 2_000_000, 3000, new Adversary(new Random(seed.Item), Arms.WidowX).Next);

    [Property(MaxTest = 30)]
    public void Toward_WidowXOfLimitedJerkAnyTargets_EveryCommandIsInsideEveryLimit(DoNotSize<int> seed) =>
        AssertInside(Arms.SmoothWidowX, Arms.WidowXHome, 2_000_000, 3000, new Adversary(new Random(seed.Item), Arms.SmoothWidowX).Next);

    [Property(MaxTest = 30)]
    public void Toward_GuardedWidowXAnyTargets_EveryCommandIsInsideEveryLimit(DoNotSize<int> seed) =>
        AssertInside(Arms.GuardedWidowX, Arms.WidowXHome, 2_000_000, 3000, new Adversary(new Random(seed.Item), Arms.GuardedWidowX).Next);

    /// <summary>A million commands of an arm that has everything in its way, at a speed that it seldom reaches and at one that it always does.</summary>
    [Fact]
    [Trait("Size", "Full")]
    public void Toward_AMillionCommandsOfAGuardedWidowX_AreInsideEveryLimit() => Parallel.For(0, 200, seed =>
    {
        var robot = Arms.GuardedWidowX with { MaxToolSpeed = seed % 2 == 0 ? 0.8 : LimitOptions.ManualReducedSpeed };
        AssertInside(robot, Arms.WidowXHome, 2_000_000, 5000, new Adversary(new Random(seed), robot).Next);
    });

    [Property(MaxTest = 30)]
    public void Toward_PosesBeyondTheBoxOneAfterTheOther_ToolStaysInside(DoNotSize<int> seed)
    {
        // Long ways at full speed that lead through faces, edges and corners of the box.
        var random = new Random(seed.Item);
        var goal = JointVector.From(Arms.WidowXHome);
        AssertInside(random.Next(3) switch { 0 => Arms.WidowX, 1 => Arms.SmoothWidowX, _ => Arms.GuardedWidowX }, Arms.WidowXHome, 2_000_000, 3000, tick =>
        {
            for (var j = 0; tick % 400 == 0 && j < 6; j++) goal[j] = Arms.Uniform(random, -1.5, 1.5);
            return (goal, JointVector.Zero(7));
        });
    }

    [Fact]
    public void Toward_Adversary_ReachesEveryKindOfLimit()
    {
        // The properties above would prove nothing if the adversary were gentle.
        var limiter = new Limiter(Arms.GuardedWidowX, 2_000_000);
        limiter.Start(JointVector.From(Arms.WidowXHome));
        var adversary = new Adversary(new Random(5), Arms.GuardedWidowX);
        var seen = new Dictionary<LimitKinds, int>();
        var (fastest, last) = (0.0, limiter.Command);
        for (var tick = 0; tick < 60_000; tick++)
        {
            var limited = Next(limiter, adversary.Next(tick));
            foreach (var kind in Enum.GetValues<LimitKinds>()) if (limited.HasFlag(kind)) seen[kind] = seen.GetValueOrDefault(kind) + 1;
            fastest = Math.Max(fastest, Math.Abs(limiter.Command[0] - last[0]) / 0.002);
            last = limiter.Command;
        }

        Assert.All(Enum.GetValues<LimitKinds>(), kind => Assert.True(seen.GetValueOrDefault(kind) > 100, $"{kind}: {seen.GetValueOrDefault(kind)}"));
        Assert.InRange(fastest, 1.5, 2);
    }

    [Theory]
    [InlineData(double.NaN, 0)]
    [InlineData(double.PositiveInfinity, 0)]
    [InlineData(double.NegativeInfinity, 0)]
    [InlineData(0.02, double.NaN)]
    [InlineData(0.02, double.PositiveInfinity)]
    public void Toward_OneBadNumber_BrakesTheWholeArm(double position, double velocity)
    {
        var (asked, braked) = (Moving(), Moving());
        for (var tick = 0; tick < 400; tick++)
        {
            var (positions, velocities) = (JointVector.From(Arms.WidowXHome), JointVector.Zero(7));
            (positions[6], velocities[6]) = (position, velocity);
            Assert.Equal(LimitKinds.NotFinite, asked.Toward(positions, velocities));
            braked.Brake();
            Assert.Equal(braked.Command, asked.Command);
        }

        Assert.True(asked.AtRest);
    }

    [Fact]
    public void Toward_AnotherNumberOfJoints_Brakes()
    {
        var limiter = Moving();
        var before = limiter.Command;
        Assert.Equal(LimitKinds.NotFinite, limiter.Toward(JointVector.Zero(6), JointVector.Zero(7)));
        Assert.NotEqual(before, limiter.Command);
        for (var tick = 0; tick < 400; tick++) limiter.Toward(JointVector.Zero(7), JointVector.Zero(8));
        Assert.True(limiter.AtRest);
    }

    private static Limiter Moving()
    {
        var limiter = new Limiter(Arms.WidowX, 2_000_000);
        limiter.Start(JointVector.From(Arms.WidowXHome));
        for (var tick = 0; tick < 50; tick++) limiter.Toward(JointVector.From([0.3, -0.2, 0.2, 1, 1, 1, 0.037]), JointVector.Zero(7));
        Assert.False(limiter.AtRest);
        return limiter;
    }

    private static void AssertInside(
        RobotDescription robot, double[] start, long periodNs, int ticks, Func<int, (JointVector, JointVector)?> target)
    {
        var limiter = new Limiter(robot, periodNs);
        limiter.Start(JointVector.From(start));
        var commands = new List<double[]> { limiter.Command.ToArray() };
        for (var tick = 0; tick < ticks; tick++)
        {
            Next(limiter, target(tick));
            commands.Add(limiter.Command.ToArray());
        }

        Assert.Null(Referee.FirstViolation(robot, periodNs * 1e-9, commands));
    }

    private static LimitKinds Next(Limiter limiter, (JointVector Positions, JointVector Velocities)? target)
    {
        if (target is { } t) return limiter.Toward(in t.Positions, in t.Velocities);
        limiter.Brake();
        return LimitKinds.None;
    }
}
