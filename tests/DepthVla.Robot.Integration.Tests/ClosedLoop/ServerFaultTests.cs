using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Integration.Tests.Programs;

namespace DepthVla.Robot.Integration.Tests.ClosedLoop;

/// <summary>The server dies, freezes, leaves or was never there: the arm stands within the time that the summary states, and goes on by itself.</summary>
public sealed class ServerFaultTests : ProgramTest
{
    [Fact]
    public async Task Act_ServerKilled_ArmStandsInTimeAndResumesAfterRestart()
    {
        await using var server = await PolicyServer.StartTinyAsync();
        await using var daemon = RobotDaemon.Start(Folder, server.Address);
        await daemon.FollowsAsync();
        server.Signal("KILL");
        var lostNs = MonotonicClock.System.NowNs;
        await daemon.LineAsync("Session lost: ");
        await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
        var backNs = MonotonicClock.System.NowNs;
        await using var successor = await server.RestartAsync();
        await daemon.FollowsAsync(session: 2);

        var summary = await StopAsync(daemon);
        AssertStoodBetween(daemon.Physics(), summary, lostNs, backNs);
        Assert.Equal(2, summary.GetProperty("sessions").GetInt32());
        Assert.True(summary.GetProperty("holds").GetInt64() >= 1);
    }

    [Fact]
    public async Task Act_ServerFrozen_ArmStandsInTimeAndResumesWhenItThaws()
    {
        await using var server = await PolicyServer.StartTinyAsync();
        await using var daemon = RobotDaemon.Start(Folder, server.Address);
        await daemon.FollowsAsync();
        server.Signal("STOP");
        var lostNs = MonotonicClock.System.NowNs;
        await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
        var backNs = MonotonicClock.System.NowNs;
        server.Signal("CONT");
        await daemon.FollowsOnAsync();

        var summary = await StopAsync(daemon);
        AssertStoodBetween(daemon.Physics(), summary, lostNs, backNs);
    }

    [Fact]
    public async Task Act_ServerTerminated_IsToldOfTheDrainAndHolds()
    {
        await using var server = await PolicyServer.StartTinyAsync();
        await using var daemon = RobotDaemon.Start(Folder, server.Address);
        await daemon.FollowsAsync();
        server.Signal("TERM");
        await daemon.LineAsync("The server goes away in ");
        AssertSafe(await StopAsync(daemon));
        Assert.Equal(0, await server.ExitAsync());
    }

    /// <summary>Until its plan is over the arm goes on, and long before that the other server has been found.</summary>
    [Fact]
    public async Task Act_OneOfTwoServersTerminated_TheOtherTakesOverAndTheArmHardlyNotices()
    {
        await using var first = await PolicyServer.StartTinyAsync();
        await using var second = await PolicyServer.StartTinyAsync();
        await using var daemon = RobotDaemon.Start(Folder, $"{first.Address},{second.Address}");
        await daemon.FollowsAsync();
        first.Signal("TERM");
        await daemon.LineAsync($"Session [0-9a-f]+: .*from {second.Address}");
        await daemon.FollowsAsync(session: 2);

        Assert.Equal(2, (await StopAsync(daemon)).GetProperty("sessions").GetInt32());
        Assert.Equal(0, await first.ExitAsync());                                                // nobody is left to drain
    }

    [Fact]
    public async Task Act_OneOfTwoServersKilled_ArmStandsInTimeAndTheOtherTakesOver()
    {
        await using var first = await PolicyServer.StartTinyAsync();
        await using var second = await PolicyServer.StartTinyAsync();
        await using var daemon = RobotDaemon.Start(Folder, $"{first.Address},{second.Address}");
        await daemon.FollowsAsync();
        first.Signal("KILL");
        await daemon.LineAsync("Session lost: ");
        await daemon.LineAsync($"Session [0-9a-f]+: .*from {second.Address}");
        await daemon.FollowsAsync(session: 2);
        second.Signal("KILL");
        var lostNs = MonotonicClock.System.NowNs;
        await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
        var backNs = MonotonicClock.System.NowNs;
        await using var third = await first.RestartAsync();                                      // the first again: round and round
        await daemon.FollowsAsync(session: 3);

        var summary = await StopAsync(daemon);
        AssertStoodBetween(daemon.Physics(), summary, lostNs, backNs);
    }

    [Fact]
    public async Task Act_ServerStartsLater_ArmHoldsStillUntilThen()
    {
        await using var early = await PolicyServer.StartTinyAsync(); // for a port of its own
        early.Signal("KILL");
        await early.ExitAsync();
        await using var daemon = RobotDaemon.Start(Folder, early.Address);
        await daemon.LineAsync("No session: .*the arm holds");
        var startNs = MonotonicClock.System.NowNs;
        await using var server = await early.RestartAsync();
        await daemon.FollowsAsync();

        AssertSafe(await StopAsync(daemon));
        var moved = daemon.Physics().FirstCommandChangeNs();
        Assert.True(moved is not null, "it never moved");
        Assert.True(moved > startNs, "it moved before there was a server");
    }

    [Fact]
    public async Task Act_DaemonKilled_ItsNameIsFreeForTheNext()
    {
        await using var server = await PolicyServer.StartTinyAsync();
        await using (var first = RobotDaemon.Start(Folder, server.Address))
        {
            await first.FollowsAsync();
            first.Signal("KILL");
        }

        await using var second = RobotDaemon.Start(Folder, server.Address);
        await second.FollowsAsync();
        AssertSafe(await StopAsync(second));
        Assert.Equal(1, second.Summary().GetProperty("sessions").GetInt32());
    }
}
