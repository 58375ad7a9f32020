using System.Collections.Immutable;
using DepthVla.Robot.Control;
using DepthVla.Robot.Control.Limits;
using DepthVla.Robot.Control.Pacing;
using DepthVla.Robot.Control.Plans;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Drivers.Mirror;
using DepthVla.Robot.Drivers.UniversalRobots;

namespace DepthVla.Robot.Daemon.Tests.Robots;

/// <summary>Universal Robots arms as the control loop takes them over: where they may stand, and where their links would be too near.</summary>
public sealed class UniversalRobotsHullTests
{
    // Upper arm up, forearm level, tool down.
    private static readonly double[] AtWork = [0, -1.57, -1.57, -1.57, 1.57, 0];

    // The workspace is another matter here.
    private static readonly WorkspaceBox Everywhere = new(new(-3, -3, -3), new(3, 3, 3));

    public static TheoryData<string> Names => [.. UniversalRobotsModel.All.Select(model => model.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Begin_AtWork_NothingIsTooNear(string name) => Assert.Empty(Problems(name, AtWork));

    [Theory]
    [MemberData(nameof(Names))]
    public void Begin_ForearmFoldedOntoTheShoulder_IsRefused(string name) =>
        Assert.Contains(Problems(name, [0, -1.57, 3.1, 0, 0, 0]), problem => problem.Contains("too near to", StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public void Begin_StretchedOverATableAtItsFoot_IsRefusedOnlyBelowIt(string name)
    {
        KeepOutBox table = new("table", new(new(-2, -2, -1), new(2, 2, -0.001)));
        Assert.Empty(Problems(name, AtWork, table));
        Assert.Contains(Problems(name, [0, 0.3, 0, 0, 0, 0], table), problem => problem.Contains("inside the keep-out box 'table'", StringComparison.Ordinal));
    }

    private static ImmutableArray<string> Problems(string name, double[] positions, params KeepOutBox[] keepOut)
    {
        var arm = UniversalRobotsModel.All.Single(model => model.Name == name).Describe(Everywhere) with { KeepOut = [.. keepOut] };
        using var mirror = new MirrorArm(arm, JointVector.From(positions), MonotonicClock.System);
        try
        {
            new ControlLoop(mirror, new PlanSlot(arm.Joints, new PlanRules()), new PeriodicPace(2_000_000), new ControlOptions()).Begin();
            return [];
        }
        catch (UnsafeStartException e) { return e.Problems; }
    }
}
