using System.Collections;
using DepthVla.Robot.Daemon.Options;
using DepthVla.Robot.Drivers.Cameras;
using DepthVla.Robot.Settings;
using DepthVla.Robot.Simulation.Worlds;

namespace DepthVla.Robot.Daemon.Tests.Options;

public sealed class DaemonOptionsReaderTests
{
    [Fact]
    public void Read_Nothing_IsTheDefaults()
    {
        var read = Read();
        Assert.Empty(read.Problems);
        Assert.EndsWith("/depthvla-wx250s-sim.sock", read.Options.OperatorSocket, StringComparison.Ordinal);
        Assert.Equivalent(new DaemonOptions { OperatorSocket = read.Options.OperatorSocket }, read.Options);
    }

    [Fact]
    public void Read_EveryOption_IsTaken()
    {
        var options = Read("--server", "https://gpu:1", "--robot-id", "left", "--task", "pick-red", "--instruction", "wave", "--control-rate", "250", "--observation-rate", "5",
            "--step-rate", "30", "--budget", "0.1", "--seed", "3", "--cameras", "primary=a.png,wrist=b=c.mp4", "--max-state-age", "0.5", "--seconds", "9", "--json", "j", "--pictures", "p.png",
            "--start", "idle", "--operator-socket", "o.sock", "--status-port", "8081", "--physics-log", "l", "--reduced-speed", "200", "--payload-scale", "0.5", "--priority", "0", "--physics-priority", "0",
            "--recorder-seconds", "10", "--recorder-megabytes", "8", "--recorder-folder", "f");
        Assert.Empty(options.Problems);
        Assert.Equivalent(new DaemonOptions
        {
            Server = "https://gpu:1", RobotId = "left", Task = "pick-red", Instruction = "wave", ControlRate = 250, ObservationRate = 5, StepRate = 30,
            Budget = TimeSpan.FromMilliseconds(100), Seed = 3, Cameras = [new CameraSource("primary", "a.png"), new CameraSource("wrist", "b=c.mp4")],
            MaxStateAge = TimeSpan.FromMilliseconds(500),
            Seconds = TimeSpan.FromSeconds(9), Json = "j", Pictures = "p.png", PhysicsLog = "l", Limits = new() { ReducedSpeed = 0.2, PayloadScale = 0.5 }, Priority = 0, PhysicsPriority = 0,
            Start = StartAs.Idle, OperatorSocket = "o.sock", StatusPort = 8081,
            RecorderSeconds = TimeSpan.FromSeconds(10), RecorderMegabytes = 8, RecorderFolder = "f",
        }, options.Options);
    }

    [Theory]
    [InlineData(0.25, "--reduced-speed")]
    [InlineData(0.25, "--reduced-speed", "--seed", "1")]
    [InlineData(double.PositiveInfinity, "--reduced-speed", "0")]
    public void Read_ReducedSpeed_IsManualWhenNothingIsSaidOfHowMuch(double expected, params string[] arguments)
    {
        var read = Read(arguments);
        Assert.Empty(read.Problems);
        Assert.Equal(expected, read.Options.Limits.ReducedSpeed);
    }

    [Fact]
    public void Read_ReducedSpeedTooLowToMove_SaysWhatItMayBe() =>
        Assert.Equal("ReducedSpeed: expected 0, or 10 to 10000, mm/s, got 9; say 10 or more, or leave it out", Assert.Single(Read("--reduced-speed", "9").Problems).ToString());

    [Fact]
    public void Read_SeveralServers_AreTakenInTheirOrder() =>
        Assert.Equal(["http://gpu-1:50051", "unix:/run/policy.sock"], Read("--server", "http://gpu-1:50051, unix:/run/policy.sock").Options.Servers);

    [Fact]
    public void Read_TasksToAttempt_AreTakenInTheOrderSaidEachOnce()
    {
        var read = Read(
            "--tasks", "pick-red, spoon-on-towel,all", "--attempts", "0", "--first-seed", "7", "--instruction", "wave", "--camera-fault", "swapped");
        Assert.Empty(read.Problems);
        Assert.Equal((0, 7, "wave", CameraFault.Swapped), (read.Options.Attempts, read.Options.FirstSeed, read.Options.Instruction, read.Options.CameraFault));
        Assert.Equal(["pick-red", "spoon-on-towel"], read.Options.Tasks.Take(2));
        Assert.Equal(TabletopTask.All.Select(task => task.Name).Order(), read.Options.Tasks.Order());
    }

    [Theory]
    [InlineData("--attempts 3", "Attempts: expected tasks")]
    [InlineData("--first-seed 3", "FirstSeed: expected tasks")]
    [InlineData("--tasks all --seed 3", "say --first-seed")]
    [InlineData("--camera-fault black --cameras primary=a.png", "leave out --cameras")]
    [InlineData("--cameras ceiling=a.png", "cameras of the simulated table: primary, wrist, got 'ceiling'")]
    public void Read_OptionsThatContradictEachOther_SayWhatToDo(string arguments, string expected) =>
        Assert.Contains(expected, Assert.Single(Read(arguments.Split(' ')).Problems).ToString(), StringComparison.Ordinal);

    [Theory]
    [InlineData("--server", "gpu-box:50051")]
    [InlineData("--server", "http://gpu-1:50051,")]
    [InlineData("--server", "http://gpu-1:50051,gpu-2:50051")]
    [InlineData("--task", "dance")]
    [InlineData("--tasks", "pick-red,dance")]
    [InlineData("--attempts", "-1")]
    [InlineData("--camera-fault", "tilted")]
    [InlineData("--physics-priority", "100")]
    [InlineData("--control-rate", "49")]
    [InlineData("--control-rate", "1001")]
    [InlineData("--reduced-speed", "-1")]
    [InlineData("--payload-scale", "0")]
    [InlineData("--payload-scale", "1.5")]
    [InlineData("--observation-rate", "NaN")]
    [InlineData("--budget", "0")]
    [InlineData("--seconds", "-1")]
    [InlineData("--pictures", "picture.jpg")]
    [InlineData("--priority", "100")]
    public void Read_ValueThatCannotBeUsed_IsNamedWithWhereItCameFrom(string option, string value)
    {
        var problem = Assert.Single(Read(option, value).Problems).ToString();
        Assert.Contains($"got '{value}' (from {option})", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0", 0)]      // as the policy suggests
    [InlineData("0.5", 0)]
    [InlineData("0.4", 1)]
    [InlineData("61", 1)]
    public void Read_ObservationRate_IsNothingOrARateWorthLookingAt(string rate, int problems) =>
        Assert.Equal(problems, Read("--observation-rate", rate).Problems.Length);

    [Theory]
    [InlineData("0", 0)]      // as the policy says
    [InlineData("0.4", 1)]
    [InlineData("201", 1)]
    public void Read_StepRate_IsNothingOrARate(string rate, int problems) => Assert.Equal(problems, Read("--step-rate", rate).Problems.Length);

    [Fact]
    public void Read_ManyProblems_AllAreReported() => Assert.Equal(3, Read("--seed", "x", "--budget", "y", "--speed", "9").Problems.Length);

    private static OptionsResult<DaemonOptions> Read(params string[] arguments) =>
        DaemonOptionsReader.About.Read(arguments, new Hashtable(), "/nowhere", DaemonOptionsReader.Read);
}
