using DepthVla.Robot.Integration.Tests.Programs;

namespace DepthVla.Robot.Integration.Tests.Full;

/// <summary>The daemon as one executable, compiled ahead of time: published as users publish it, and driven as the other one is. Some minutes.</summary>
[Trait("Size", "Full")]
[Collection(nameof(Alone))]
public sealed class NativeDaemonTests : ProgramTest
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(20);

    [Fact]
    public async Task Publish_OneExecutable_DrivesTheSimulatedArmAndNeedsNoSimulatorForAnother()
    {
        Assert.SkipUnless(RunningProgram.IsInstalled("clang") || RunningProgram.IsInstalled("gcc"), "neither clang nor gcc is installed, and one of them has to link");
        var published = Path.Combine(Folder, "published");
        await using (var publish = new RunningProgram(Places.InRepository("eng", "publish-daemon.sh"), published))
        {
            Assert.True(await publish.ExitAsync(Long) == 0, publish.Output);
        }

        var program = Path.Combine(published, "depthvla-daemon");
        Assert.Equal(["appsettings.json", "depthvla-daemon"], Directory.GetFiles(published).Select(Path.GetFileName).Order());
        var (_, linked) = await RunningProgram.RunAsync("ldd", program);
        Assert.Contains("libc.so", linked, StringComparison.Ordinal);
        Assert.All((string[])["mujoco", "EGL", "turbojpeg", "png", "coreclr"], library => Assert.DoesNotContain(library, linked, StringComparison.OrdinalIgnoreCase));

        await using var server = await PolicyServer.StartTinyAsync();
        await DrivesSimulatedAsync(program, server.Address);
        await DrivesMirrorAsync(program, server.Address);
    }

    private async Task DrivesSimulatedAsync(string program, string server)
    {
        await using var daemon = RobotDaemon.StartAs(program, Folder, server, "--seconds", "10");
        var exitCode = await daemon.ExitAsync();
        var summary = daemon.Summary();
        AssertSafe(summary);
        AssertEnded(exitCode, summary);
        Assert.True(summary.GetProperty("chunks").GetInt64() > 0);
        Assert.NotNull(daemon.Physics().FirstCommandChangeNs());
    }

    // The simulator's library is one that cannot be loaded.
    private async Task DrivesMirrorAsync(string program, string server)
    {
        await using var daemon = RobotDaemon.StartRealAs(program, Folder, server, new Dictionary<string, string> { ["MUJOCO_LIBRARY"] = "/no/such/libmujoco.so" }, "mirror", "--seconds", "5");
        var exitCode = await daemon.ExitAsync();
        AssertSafe(daemon.Summary());
        AssertEnded(exitCode, daemon.Summary());
        await daemon.LineAsync(@"referee +\d+ commands judged, no limit violated");
    }
}
