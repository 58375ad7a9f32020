using DepthVla.Robot.Control.Modes;
using DepthVla.Robot.Control.Tests.Fakes;
using FsCheck;
using FsCheck.Xunit;

namespace DepthVla.Robot.Control.Tests.Plans;

/// <summary>One plan taken over by another, wherever both happen to be: the loop never fails, and no command leaves a limit.</summary>
public sealed class SpliceTests
{
    private const long PeriodNs = 10_000_000;

    [Property(MaxTest = 60)]
    public void Run_AnyPlansOverEachOther_EveryCommandIsInsideEveryLimit(DoNotSize<int> seed) => AssertInside(seed.Item, splices: 40);

    /// <summary>A million times a plan over another: a thousand arms, a thousand plans each.</summary>
    [Fact]
    [Trait("Size", "Full")]
    public void Run_AMillionSplices_EveryCommandIsInsideEveryLimit() => Parallel.For(0, 1000, seed => AssertInside(seed, splices: 1000));

    // Each plan begins while the one before is still good: at once, in a moment, or in the middle of what has begun already.
    private static void AssertInside(int seed, int splices)
    {
        var random = new Random(seed);
        var (robot, start) = Arms.Random(random);
        var (plans, next) = (0, 1);
        using var rig = new Rig(robot, start, ticks: 3 * splices + 10, PeriodNs);
        rig.Pace.Before = tick =>
        {
            if (tick != next || plans == splices) return;
            next = tick + random.Next(1, 4);
            var steps = Enumerable.Range(0, random.Next(1, 6)).Select(_ => robot.Joints.Select(joint => (float)Anywhere(joint, random)).ToArray()).ToArray();
            var chunk = Chunks.Of(rig.Pace.NowNs - random.Next(-3, 5) * PeriodNs / 2, steps) with { BasedOnSequence = ++plans };
            rig.Plans.Offer(chunk, rig.Pace.NowNs);                                  // one that begins before the last is refused, as it must be
        };
        rig.Run();
        Assert.Equal(splices, plans);
        Assert.Null(Referee.FirstViolation(robot, PeriodNs * 1e-9, rig.Robot.Commands));
        Assert.True(rig.Loop.Report().SeamRadians.Count + rig.Turns.Count(turn => turn.Hold == HoldReason.NoPlan) > 0);
    }

    private static double Anywhere(Core.Joints.JointSpec joint, Random random) => random.Next(4) switch
    {
        0 => joint.MinPosition,
        1 => joint.MaxPosition,
        2 => Arms.Uniform(random, joint.MinPosition - 1, joint.MaxPosition + 1),
        _ => Arms.Uniform(random, joint.MinPosition, joint.MaxPosition),
    };
}
