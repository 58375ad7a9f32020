using System.Text.Json;
using DepthVla.Robot.Drivers.Emulation.Dynamixel;
using DepthVla.Robot.Imaging;
using DepthVla.Robot.Imaging.Codecs;
using DepthVla.Robot.Integration.Tests.Programs;

namespace DepthVla.Robot.Integration.Tests.Operating;

/// <summary>check: what would be refused is said before anything moves, and nothing is written to an arm.</summary>
public sealed class CheckTests(TinyServer server) : ProgramTest, IClassFixture<TinyServer>
{
    [Fact]
    public async Task Check_SimulatedArmAndItsPolicy_FindsNothing()
    {
        var (exitCode, output) = await CheckAsync("--server", server.Address);
        Assert.True(exitCode == 0, output);
        foreach (var row in (string[])["ok +camera +'primary': 224x224", "ok +camera +'wrist'", "ok +arm +wx250s-sim", "ok +server +.*depthvla-tiny", "ok +contract", "clock +wake-up p50", "ok +operator"]) Assert.Matches(row, output);
    }

    [Fact]
    public async Task Check_EverythingWrong_NamesAllOfIt()
    {
        var black = Path.Combine(Folder, "black.png");
        await File.WriteAllBytesAsync(black, PngCodec.Encode(new RgbImage(64, 64)), TestContext.Current.CancellationToken);
        var robotFile = Path.Combine(Folder, "robot.json");
        await File.WriteAllTextAsync(robotFile, """{ "workspace": { "min": [0.4, 0.1, 0.1], "max": [0.5, 0.2, 0.2] } }""", TestContext.Current.CancellationToken);
        var (exitCode, output) = await CheckAsync(
            "--server", server.Address, "--arm", "mirror", "--instruction", "wave", "--robot-file", robotFile, "--cameras", $"wrist={black},primary=/no/such/file.png,third={black}", "--step-rate", "15");
        Assert.Equal(1, exitCode);
        Assert.Matches("REFUSED +camera +.*there is no file or folder /no/such/file.png", output);
        Assert.Matches("REFUSED +start +the tool point is at", output);
        Assert.Matches("note +contract +not compared", output);
    }

    [Fact]
    public async Task Check_Json_IsAllThatIsPrinted()
    {
        var photograph = Photograph.Write(Folder);
        var (exitCode, output) = await CheckAsync("--server", "http://127.0.0.1:1", "--arm", "mirror", "--instruction", "wave", "--cameras", $"primary={photograph}", "--json");
        Assert.Equal(1, exitCode);
        var report = JsonDocument.Parse(output).RootElement;
        Assert.Equal(1, report.GetProperty("refused").GetInt32());
        Assert.Contains(report.GetProperty("rows").EnumerateArray(), row => row.GetProperty("finding").GetString() == "refused" && row.GetProperty("what").GetString() == "server");
        Assert.Contains(report.GetProperty("rows").EnumerateArray(), row => row.GetProperty("finding").GetString() == "ok" && row.GetProperty("what").GetString() == "arm");
    }

    [Fact]
    public async Task Check_NoServerAndOtherCameras_IsRefused()
    {
        var photograph = Photograph.Write(Folder);
        var (exitCode, output) = await CheckAsync("--server", "http://127.0.0.1:1", "--arm", "mirror", "--instruction", "wave", "--cameras", $"primary={photograph}");
        Assert.Equal(1, exitCode);
        Assert.Matches("REFUSED +server +http://127.0.0.1:1", output);

        (exitCode, output) = await CheckAsync("--server", $"http://127.0.0.1:1,{server.Address}", "--arm", "mirror", "--instruction", "wave", "--cameras", $"primary={photograph}");
        Assert.Equal(1, exitCode);
        Assert.Matches("note +server +http://127.0.0.1:1", output);
        Assert.Matches(@"REFUSED +contract +cameras: expected 2 \(primary, wrist\), got 1", output);
    }

    [Fact]
    public async Task Check_DynamixelArm_ReadsAndWritesNothing()
    {
        using var bus = EmulatedBus.WidowX250s();
        bus.Patience = 100;
        var photograph = Photograph.Write(Folder);
        var (exitCode, output) = await CheckAsync(
            "--server", server.Address, "--arm", "wx250s", "--port", bus.Path, "--instruction", "wave", "--cameras", $"primary={photograph},wrist={photograph}", "--max-state-age", "1");
        Assert.True(exitCode == 0, output);
        Assert.Matches("ok +arm +wx250s: ", output);
        Assert.All(bus.At(b => b.Motors.ToArray()), motor => Assert.True(!motor.IsTorqueOn && motor.WatchdogUnits == 0, $"motor {motor.Id}"));
    }

    private Task<(int ExitCode, string Output)> CheckAsync(params string[] options) =>
        RunningProgram.RunAsync(Places.Program("Daemon", "depthvla-daemon"), ["check", "--operator-socket", Path.Combine(Folder, "operator.sock"), .. options]);
}
