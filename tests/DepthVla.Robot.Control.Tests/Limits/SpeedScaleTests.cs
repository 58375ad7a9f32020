using DepthVla.Robot.Control.Limits;
using DepthVla.Robot.Control.Modes;
using DepthVla.Robot.Control.Plans;
using DepthVla.Robot.Control.Tests.Fakes;
using DepthVla.Robot.Core.Joints;
using FsCheck;
using FsCheck.Xunit;

namespace DepthVla.Robot.Control.Tests.Limits;

/// <summary>Something outside the loop lets plans use a share of the speed limits.</summary>
public sealed class SpeedScaleTests
{
    private const long PeriodNs = 2_000_000;
    private const double Period = 0.002;

    /// <summary>From rest no joint but a gripper is ever faster than its share, whatever is asked.</summary>
    [Property(MaxTest = 60)]
    public void Toward_AnyTargetsFromRest_StayWithinTheShare(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        var (robot, start) = Arms.Random(random);
        var (limiter, adversary, scale) = (new Limiter(robot, PeriodNs), new Adversary(random, robot), random.NextDouble());
        limiter.Start(JointVector.From(start));
        for (var tick = 0; tick < 500; tick++)
        {
            var before = limiter.Command;
            if (adversary.Next(tick) is { } target) limiter.Toward(in target.Positions, in target.Velocities, scale);
            else limiter.Brake();
            for (var j = 0; j < before.Count; j++)
            {
                if (robot.Joints[j].IsGripper) continue;
                Assert.InRange(Math.Abs(limiter.Command[j] - before[j]), 0, scale * robot.Joints[j].MaxVelocity * Period * (1 + 1e-9) + 1e-12);
            }
        }
    }

    /// <summary>A share that changes at any moment takes nothing from the other limits.</summary>
    [Property(MaxTest = 60)]
    public void Toward_AnyTargetsAnyShares_EveryCommandIsInsideEveryLimit(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        var (robot, start) = random.Next(2) == 0 ? (Arms.GuardedWidowX, Arms.WidowXHome) : Arms.Random(random);
        var (limiter, adversary, scale) = (new Limiter(robot, PeriodNs), new Adversary(random, robot), 1.0);
        limiter.Start(JointVector.From(start));
        var commands = new List<double[]> { limiter.Command.ToArray() };
        for (var tick = 0; tick < 500; tick++)
        {
            if (random.Next(40) == 0) scale = random.Next(3) switch { 0 => 0, 1 => 1, _ => random.NextDouble() };
            if (adversary.Next(tick) is { } target) limiter.Toward(in target.Positions, in target.Velocities, scale);
            else limiter.Brake();
            commands.Add(limiter.Command.ToArray());
        }

        Assert.Null(Referee.FirstViolation(robot, Period, commands));
    }

    [Theory]
    [InlineData(double.NaN, 0)]
    [InlineData(-0.1, 0)]
    [InlineData(1.1, 0)]
    [InlineData(double.PositiveInfinity, 0)]
    [InlineData(0.3, 0.3)]
    public void SpeedScale_WhatIsNoShare_IsNothing(double set, double got) => Assert.Equal(got, new PlanSlot([], new()) { SpeedScale = set }.SpeedScale);

    /// <summary>The loop itself: slower by the share, at rest at none of it, and on again; the target is reached and not overshot.</summary>
    [Fact]
    public void Run_ScaleThatFallsAndRises_SlowsHoldsAndGoesOn()
    {
        var robot = Arms.OneJoint(-3, 3, 2, 10);
        using var rig = new Rig(robot, [0], 4500);
        rig.Pace.Before = tick =>
        {
            if (tick % 50 == 0) rig.Offer(Chunks.Stay(rig.Pace.NowNs, 20, tick < 1800 ? 2.5 : -2.5) with { BasedOnSequence = tick + 1 });
            rig.Plans.SpeedScale = tick < 200 ? 1 : tick < 800 ? 0.25 : tick < 1400 ? 0 : tick < 3000 ? 1 : 0.1;
        };
        rig.Run();
        var commands = rig.Robot.Commands;
        Assert.Equal(2, Fastest(100, 200), 0.01);
        Assert.Equal(0.5, Fastest(400, 800), 0.01);
        Assert.All(rig.Turns[800..1400], turn => Assert.Equal(HoldReason.ObstacleAhead, turn.Hold));
        Assert.Equal(0, Fastest(1000, 1400));
        Assert.Equal(2, Fastest(1800, 2700), 0.01);
        Assert.Equal((-2.5, 2.5), (Math.Round(commands.Min(command => command[0]), 6), Math.Round(commands.Max(command => command[0]), 6)));
        Assert.Null(Referee.FirstViolation(robot, Period, commands));

        double Fastest(int from, int to) => Enumerable.Range(from, to - from).Max(i => Math.Abs(commands[i + 1][0] - commands[i][0]) / Period);
    }
}
