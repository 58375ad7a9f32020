using System.Collections.Immutable;
using DepthVla.Robot.Control.Modes;
using DepthVla.Robot.Control.Plans;
using DepthVla.Robot.Control.Tests.Fakes;
using DepthVla.Robot.Core.Joints;

namespace DepthVla.Robot.Control.Tests;

/// <summary>Plans that begin later: the last period before the first step leads there, and an older plan goes on until then.</summary>
public sealed class PlanFollowerTests
{
    private const long Now = 5_000_000_000, Period = Chunks.PeriodNs, Tick = 2_000_000;

    private static readonly ImmutableArray<JointSpec> Joints = [new("a", default, -3, 3, 9, 9), new("g", JointUnit.Metre, 0, 3, 9, 9, IsGripper: true)];
    private static readonly JointVector Rest = JointVector.From([1, 0.5]);

    private readonly PlanSlot _slot = new(Joints, new PlanRules());
    private readonly PlanFollower _follower;

    public PlanFollowerTests() => _follower = new(_slot, Joints);

    [Fact]
    public void Follow_NothingElseToFollow_LeadsFromTheCommandToTheFirstStepAndOn()
    {
        Offer(Chunks.Of(Now + Period / 2, [2, 1.5f], [3, 2]));
        var (last, fastest) = (Rest[0], 0.0);
        for (var t = Now; t < Now + Period; t += Tick)
        {
            Assert.Equal(HoldReason.None, _follower.Follow(t, 0, Rest, out var target));
            Assert.InRange(target.Positions[0] - last, 0, 0.08);                                // onwards, and never a jump
            Assert.Equal(t < Now + Period / 2 ? 0.5 : 1.5, target.Positions[1], 1e-6);          // a gripper waits for its step
            Assert.Equal(t < Now + Period / 2, target.Executing is null);
            Assert.True(target.AgeNs >= 0);
            (last, fastest) = (target.Positions[0], Math.Max(fastest, target.Velocities[0]));
        }

        Assert.InRange(last, 2.4, 2.6);
        Assert.InRange(fastest, 10, 35);   // 1 rad in 50 ms, from rest
    }

    [Fact]
    public void Follow_ContinuousAtTheFirstStep_InPositionAndVelocity()
    {
        Offer(Chunks.Of(Now + Period / 2, [2, 1], [3, 2]));
        _follower.Follow(Now, 0, Rest, out _);
        _follower.Follow(Now + Period / 2 - 1, 0, Rest, out var before);
        _follower.Follow(Now + Period / 2, 0, Rest, out var at);

        Assert.Equal(before.Positions[0], at.Positions[0], 1e-6);
        Assert.Equal(before.Velocities[0], at.Velocities[0], 1e-5);
    }

    [Fact]
    public void Follow_BeginsAfterMoreThanAPeriod_HoldsUntilThen()
    {
        Offer(Chunks.Stay(Now + 2 * Period, 4, 2, 1));
        Assert.Equal(HoldReason.NoPlan, _follower.Follow(Now, 0, Rest, out _));
        Assert.Equal(HoldReason.NoPlan, _follower.Follow(Now + Period - 1, 0, Rest, out _));
        Assert.Equal(HoldReason.None, _follower.Follow(Now + Period, 0, Rest, out var target));
        Assert.Equal(Rest, target.Positions);
    }

    [Fact]
    public void Follow_OlderPlanCoversTheTime_GoesOnWithIt()
    {
        Offer(Chunks.Stay(Now, 4, 1, 1));
        _follower.Follow(Now, 0, Rest, out _);
        Offer(Chunks.Stay(Now + Period, 4, 2, 1) with { BasedOnSequence = 2 });

        Assert.Equal(HoldReason.None, _follower.Follow(Now + Period - 1, 0, Rest, out var before));
        Assert.Equal((1.0, 1L), (before.Positions[0], before.Executing!.Value.ChunkSequence));
        _follower.Follow(Now + Period, 0, Rest, out var after);
        Assert.Equal((2.0, 2L, 1.0), (after.Positions[0], after.Executing!.Value.ChunkSequence, after.Seam!.Value));
    }

    [Fact]
    public void Follow_OlderPlanRunsOutBefore_LeadsOnFromThere()
    {
        Offer(Chunks.Stay(Now, 1, 1, 1));
        _follower.Follow(Now, 0, Rest, out _);
        Offer(Chunks.Stay(Now + Period * 3 / 2, 4, 2, 1) with { BasedOnSequence = 2 });

        _follower.Follow(Now + Period, 0, Rest, out var old);
        Assert.Equal(1, old.Executing!.Value.ChunkSequence);
        Assert.Equal(HoldReason.None, _follower.Follow(Now + Period + Tick, 0, Rest, out var leading));
        Assert.Null(leading.Executing);
        Assert.Equal(Rest, leading.Positions);
        _follower.Follow(Now + Period * 3 / 2, 0, Rest, out var there);
        Assert.Equal(2.0, there.Positions[0]);
    }

    /// <summary>Each of these is offered before the one before it has begun. Were the newest always waited for, the arm would wait for ever.</summary>
    [Fact]
    public void Follow_PlansThatKeepComingBeforeTheyBegin_AreStillFollowed()
    {
        var followed = new HashSet<long>();
        for (var i = 0; i < 100; i++)
        {
            var t = Now + i * Tick;
            Offer(Chunks.Stay(t + Period / 2, 4, 1, 1) with { BasedOnSequence = i + 1 }, t);
            _follower.Follow(t, 0, Rest, out var target);
            if (target.Executing is { } step) followed.Add(step.ChunkSequence);
        }

        Assert.True(followed.Count >= 3, $"followed {string.Join(", ", followed)}");
    }

    private void Offer(Core.Policies.ActionChunk chunk, long nowNs = Now) => Assert.Null(_slot.Offer(chunk, nowNs));
}
