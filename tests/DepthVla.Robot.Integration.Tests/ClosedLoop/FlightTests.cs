using DepthVla.Flight.V1;
using DepthVla.Robot.Integration.Tests.Programs;
using DepthVla.Robot.Recording.Flight;

namespace DepthVla.Robot.Integration.Tests.ClosedLoop;

/// <summary>The flight recorder of the real daemon: what it leaves, when, and that a server answers it again to the last bit.</summary>
public sealed class FlightTests : ProgramTest
{
    private string Flights => Path.Combine(Folder, "flights");

    [Fact]
    public async Task Run_SomeSeconds_LeavesAFlightThatIsAnsweredAgainBitForBit()
    {
        await using var server = await PolicyServer.StartTinyAsync();
        await using var daemon = RobotDaemon.Start(Folder, server.Address, "--seconds", "8", "--recorder-folder", Flights);
        var exitCode = await daemon.ExitAsync();
        AssertSafe(daemon.Summary());
        AssertEnded(exitCode, daemon.Summary());

        var file = Assert.Single(Directory.GetFiles(Flights));
        var flight = RecordedFlight.Read(file);
        Assert.Null(flight.Problem);
        Assert.Equal(daemon.Summary().GetProperty("chunks").GetInt64(), flight.Observations.Count(o => o.Chunk is not null));
        Assert.Equal(daemon.Summary().GetProperty("control").GetProperty("ticks").GetInt64(), flight.Ticks.Length);
        Assert.Equal("depthvla-tiny", flight.Metadata["model"]["name"]);
        Assert.Equal("the end of the run", flight.Metadata["flight"]["cause"]);
        Assert.Contains(flight.Log, line => line.Name == "PolicyLink.SessionOpened");

        var (code, output) = await FlightTool.ReplayAsync(file, "--server", server.Address);
        Assert.True(code == 0 && output.Contains("bit for bit", StringComparison.Ordinal), output);
        (code, output) = await FlightTool.ReplayAsync(file, "--checkpoint", Places.TinyCheckpoint, "--export", Path.Combine(Folder, "exported"));
        Assert.True(code == 0 && output.Contains("exported", StringComparison.Ordinal), output);
    }

    [Fact]
    public async Task Run_AskedBySignal_WritesWhatItHoldsAndTheArmGoesOn()
    {
        await using var server = await PolicyServer.StartTinyAsync();
        await using var daemon = RobotDaemon.Start(Folder, server.Address, "--recorder-folder", Flights);
        await daemon.FollowsAsync();
        daemon.Signal("USR1");
        await daemon.LineAsync("Flight written to .* because of a request");
        var flight = RecordedFlight.Read(Assert.Single(Directory.GetFiles(Flights)));
        Assert.Null(flight.Problem);
        Assert.Contains(flight.Ticks, tick => tick.Hold == HoldReason.None);

        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        daemon.Signal("TERM");
        await daemon.ExitAsync();
        AssertSafe(daemon.Summary());
        Assert.True(daemon.Summary().GetProperty("control").GetProperty("ticks").GetInt64() > flight.Ticks.Length + 500, "it did not go on");
        Assert.Equal(2, Directory.GetFiles(Flights).Length);
    }

    /// <summary>Turn by turn: the arm follows, its plan runs out, it holds; and the log says that the server was lost.</summary>
    [Fact]
    public async Task Run_ServerKilled_TheFlightShowsTheHold()
    {
        await using var server = await PolicyServer.StartTinyAsync();
        await using var daemon = RobotDaemon.Start(Folder, server.Address, "--recorder-folder", Flights);
        await daemon.FollowsAsync();
        server.Signal("KILL");
        await daemon.LineAsync("Session lost: ");
        await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
        daemon.Signal("TERM");
        await daemon.ExitAsync();
        AssertSafe(daemon.Summary());

        var flight = RecordedFlight.Read(Assert.Single(Directory.GetFiles(Flights)));
        Assert.Contains(flight.Log, line => line.Name == "PolicyLink.SessionLost");
        var last = flight.Ticks[^1].TimeNs;
        var held = flight.Ticks.Where(tick => tick.Hold == HoldReason.PlanExpired && tick.TimeNs > last - 1_500_000_000).ToArray();
        Assert.NotEmpty(held);
        Assert.All(held.Skip(held.Length / 2), tick => Assert.Equal(held[^1].Command, tick.Command));   // it stands
        Assert.All(held, tick => Assert.Empty(tick.Target));
    }

    [Fact]
    public async Task Run_WithoutAFolderOrAFault_LeavesNothing()
    {
        await using var daemon = RobotDaemon.Start(Folder, "http://127.0.0.1:1");
        await daemon.LineAsync("No session");
        daemon.Signal("TERM");
        await daemon.ExitAsync();
        Assert.DoesNotContain("Flight written", daemon.Output, StringComparison.Ordinal);
    }
}
