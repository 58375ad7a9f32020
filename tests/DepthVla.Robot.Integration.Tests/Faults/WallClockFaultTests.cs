using System.Globalization;
using DepthVla.Robot.Integration.Tests.Programs;

namespace DepthVla.Robot.Integration.Tests.Faults;

/// <summary>Somebody sets the clock, as NTP does after a boot: a robot lives by a clock that nobody sets.</summary>
public sealed class WallClockFaultTests : ProgramTest
{
    [Fact]
    public async Task Act_WallClockSteppedForthAndBack_ArmGoesOnInOneSession()
    {
        var clock = await SteppedClock.TryMakeAsync(Folder);
        Assert.SkipWhen(clock is null, "no C compiler (cc) to make a clock that can be stepped");
        await using var server = await PolicyServer.StartTinyAsync();
        await using var daemon = RobotDaemon.Start(Folder, server.Address, clock.Environment);
        var before = await LoggedAsync(daemon, "Session [0-9a-f]+: policy");
        await daemon.FollowsAsync();
        foreach (var hours in new[] { 3, -2, 5 })
        {
            clock.Step(TimeSpan.FromHours(hours));
            await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        }

        server.Signal("TERM");
        var after = await LoggedAsync(daemon, "The server goes away in ");
        Assert.InRange(((after - before).TotalHours + 24) % 24, 4.9, 5.1);   // the daemon did see the steps

        var summary = await StopAsync(daemon);
        Assert.Equal(1, summary.GetProperty("sessions").GetInt32());
        Assert.Equal(0, summary.GetProperty("failed").GetInt64());
        AssertStoppedOnlyAtTheEnd(summary);
    }

    // The time of day that a line of the daemon's log bears.
    private static async Task<TimeSpan> LoggedAsync(RobotDaemon daemon, string line) =>
        TimeSpan.Parse((await daemon.LineAsync($@"^(\S+) .*{line}")).Groups[1].Value, CultureInfo.InvariantCulture);
}
