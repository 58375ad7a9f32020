using DepthVla.Robot.Integration.Tests.Programs;

namespace DepthVla.Robot.Integration.Tests.Full;

/// <summary>Ten minutes at 500 Hz: what a control thread allocates, however seldom, shows.</summary>
[Trait("Size", "Full")]
[Collection(nameof(Alone))]
public sealed class LongRunTests : ProgramTest
{
    private const int Seconds = 600, RateHz = 500;

    [Fact]
    public async Task Run_TenMinutes_TheControlThreadAllocatesNothing()
    {
        await using var server = await PolicyServer.StartTinyAsync();
        await using var daemon = RobotDaemon.Start(Folder, server.Address, "--seconds", $"{Seconds}", "--control-rate", $"{RateHz}");
        var exitCode = await daemon.ExitAsync(TimeSpan.FromSeconds(Seconds) + RunningProgram.Patience);

        var summary = daemon.Summary();
        AssertSafe(summary);
        Assert.True(exitCode is 0 or 4, daemon.Output);
        Assert.NotEqual(0, summary.GetProperty("chunks").GetInt64());
        AssertStoppedOnlyAtTheEnd(summary);
        var control = summary.GetProperty("control");
        Assert.InRange(control.GetProperty("ticks").GetInt64() + control.GetProperty("skipped_periods").GetInt64(), (Seconds - 60) * RateHz, (Seconds + 60) * RateHz);
    }
}
