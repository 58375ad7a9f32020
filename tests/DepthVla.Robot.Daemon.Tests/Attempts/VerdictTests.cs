using DepthVla.Robot.Daemon.Attempts;
using DepthVla.Robot.Simulation.Tasks;
using DepthVla.Robot.Simulation.Worlds;

namespace DepthVla.Robot.Daemon.Tests.Attempts;

public sealed class VerdictTests
{
    private static readonly Attempt Pick = new(1, TabletopTask.Named("pick-red"), 4, "pick up the red block");

    [Fact]
    public void See_DoneAndStaysSo_SucceedsOnceItWasHeld()
    {
        var verdict = new Verdict(Pick);
        foreach (var seconds in (double[])[0, 1]) verdict.See(At(seconds, 2));
        foreach (var seconds in (double[])[2, 2.1, 2.19]) verdict.See(At(seconds, 3));
        Assert.Null(verdict.Outcome);
        verdict.See(At(2.21, 3));
        Assert.Equal(new TaskOutcome("pick-red", "pick up the red block", 4, true, 3, 3, 2.21), verdict.Outcome);
    }

    [Fact]
    public void See_DoneForAMomentAgainAndAgain_FailsWithTheMostPointsAtTheLimit()
    {
        var verdict = new Verdict(Pick);
        for (var i = 0; i < 79; i++) verdict.See(At(i * 0.1, i % 2 == 0 ? 3 : 1));
        Assert.Null(verdict.Outcome);
        verdict.See(At(8.3, 0));
        Assert.Equal(new TaskOutcome("pick-red", "pick up the red block", 4, false, 3, 3, TaskOutcome.TimeLimit(Pick.Task)), verdict.Outcome);
    }

    /// <summary>A machine too busy to look: two looks, however far apart, say nothing of what was between them.</summary>
    [Fact]
    public void See_TwoLooksFarApart_AreNotEnough()
    {
        var verdict = new Verdict(Pick);
        verdict.See(At(1, 3));
        verdict.See(At(3, 3));
        Assert.Null(verdict.Outcome);
        verdict.See(At(3.05, 3));
        Assert.True(verdict.Outcome!.Success);
    }

    [Fact]
    public void See_AfterTheEnd_ChangesNothing()
    {
        var verdict = new Verdict(Pick);
        verdict.See(At(8, 1));
        var outcome = verdict.Outcome;
        verdict.See(At(9, 3));
        Assert.Same(outcome, verdict.Outcome);
    }

    private static Look At(double seconds, int points) => new(seconds, new(points, 3, points == 3));
}
