using DepthVla.Robot.Control.Limits;
using DepthVla.Robot.Control.Modes;
using DepthVla.Robot.Control.Tests.Fakes;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Control.Tests;

public sealed class RehearsalTests
{
    [Theory]
    [InlineData(100_000)]
    [InlineData(2_000_000)]
    [InlineData(100_000_000)]
    public void Perform_AnyRate_MeetsWhatTheLoopMayMeet(long periodNs)
    {
        var report = Rehearsal.Perform(Arms.WidowX, periodNs, State(Arms.WidowXHome));
        Assert.Equal([HoldReason.NoPlan, HoldReason.PlanExpired, HoldReason.Teaching, HoldReason.OperatorHold, HoldReason.Stopping], report.Holds.Select(hold => hold.Reason));
        Assert.Equal(1, report.SeamRadians.Count);
        Assert.True(report.Limits.Acceleration > 0);
    }

    [Fact]
    public void Perform_ArmOutside_Throws() =>
        Assert.Throws<UnsafeStartException>(() => Rehearsal.Perform(Arms.WidowX, 2_000_000, State([9, 0, 0, 0, 0, 0, 0.02])));

    private static JointState State(double[] positions) => new(5_000_000_000, JointVector.From(positions), JointVector.Zero(7));
}
