using System.Collections;
using DepthVla.Robot.Daemon.Options;
using DepthVla.Robot.Settings;

namespace DepthVla.Robot.Daemon.Tests.Options;

public sealed class ArmOptionsReaderTests
{
    private const string Cameras = "--cameras primary=/dev/video0 --instruction wave";

    [Theory]
    [InlineData("mirror", "")]
    [InlineData("wx250s", "--port /dev/ttyUSB0")]
    [InlineData("ur3e", "--arm-host 192.168.1.10")]
    [InlineData("ur5e", "--arm-host ur5e.local")]
    [InlineData("ur10e", "--arm-host ::1")]
    [InlineData("service", "--arm-service unix:/run/arm.sock")]
    public void Read_EveryRealArm_NeedsItsPlaceCamerasAndWordsAlone(string arm, string place)
    {
        var read = Read($"--arm {arm} {place} {Cameras}");
        Assert.Empty(read.Problems);
        Assert.Equal((arm, arm, false), (read.Options.Arm.Name, read.Options.RobotId, read.Options.Arm.IsSimulated));
        Assert.Equal("/dev/video0", Assert.Single(read.Options.Cameras).Source);
    }

    [Theory]
    [InlineData("--arm wx250s", 3)]    // port, instruction, cameras
    [InlineData("--arm ur5e", 3)]
    [InlineData("--arm service", 3)]
    [InlineData("--arm mirror", 2)]
    [InlineData($"--arm mirror {Cameras} --port /dev/ttyUSB0 --arm-host a --arm-service http://a:1", 3)]
    [InlineData($"--arm mirror {Cameras} --task pick-red --tasks all --first-seed 1 --camera-fault black --physics-log a --physics-priority 0", 6)]
    [InlineData($"--arm mirror {Cameras} --seed 0 --attempts 1", 2)]
    [InlineData("--port /dev/ttyUSB0 --arm-host a --arm-service http://a:1", 3)]
    public void Read_OptionsOfAnotherArmOrNoneOfItsOwn_AreAllNamed(string arguments, int problems)
    {
        var read = Read(arguments);
        Assert.Equal(problems, read.Problems.Length);
        Assert.All(read.Problems, problem => Assert.Matches("say --|leave it out", problem.Remedy));
    }

    [Theory]
    [InlineData("--arm", "ur16e")]
    [InlineData("--port", "ttyUSB0")]
    [InlineData("--arm-host", "a b")]
    [InlineData("--arm-service", "localhost:50061")]
    [InlineData("--robot-file", "/nowhere.json")]
    [InlineData("--max-state-age", "2")]
    [InlineData("--cameras", "primary")]
    [InlineData("--cameras", "primary=")]
    [InlineData("--cameras", "primary=a,primary=b")]
    [InlineData("--cameras", "primary=a@2000ms")]
    public void Read_ValueThatCannotBeUsed_IsNamed(string option, string value) =>
        Assert.Contains(Read(option, value).Problems, problem => problem.ToString().Contains($"got '{value}' (from {option})", StringComparison.Ordinal));

    [Fact]
    public void Read_RobotFileThatDoesNotFit_IsAProblemOfItsOwnBesideTheOthers()
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, """{ "joints": { "knee": { "max_velocity": 1 }, "elbow": { "max_velocity": 99 } } }""");
        var problems = Read($"--arm ur5e {Cameras} --robot-file {path}").Problems.Select(problem => problem.ToString()).ToArray();
        File.Delete(path);

        Assert.Equal(3, problems.Length);
        foreach (var part in (string[])["joints.knee", "joints.elbow.max_velocity", "--arm-host"]) Assert.Contains(problems, problem => problem.Contains(part, StringComparison.Ordinal));
    }

    [Fact]
    public void Read_RobotFileThatNoLoopCanDrive_SaysSo()
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, """{ "joints": { "waist": { "max_velocity": 1e-12 } } }""");
        Assert.Contains("too small for its range", Assert.Single(Read($"--arm mirror {Cameras} --robot-file {path}").Problems).ToString(), StringComparison.Ordinal);
        Assert.Contains("nothing for --arm wx250s-sim", Assert.Single(Read($"--robot-file {path}").Problems.Where(p => p.Option == "RobotFile")).ToString(), StringComparison.Ordinal);
        File.Delete(path);
    }

    private static OptionsResult<DaemonOptions> Read(string arguments) => Read(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static OptionsResult<DaemonOptions> Read(params string[] arguments) =>
        DaemonOptionsReader.About.Read(arguments, new Hashtable(), "/nowhere", DaemonOptionsReader.Read);
}
