using System.Net;
using System.Text.Json;
using DepthVla.Robot.Drivers.Emulation.ArmService;
using DepthVla.Robot.Drivers.Emulation.Dynamixel;
using DepthVla.Robot.Drivers.Emulation.UniversalRobots;
using DepthVla.Robot.Integration.Tests.Programs;

namespace DepthVla.Robot.Integration.Tests.RealArms;

/// <summary>The daemon with arms that are not simulated, on the other side of a real wire; and that wire cut while they move.</summary>
public sealed class RealArmTests(TinyServer server) : ProgramTest, IClassFixture<TinyServer>
{
    [Fact]
    public async Task Run_Mirror_FollowsChunksAndEveryCommandIsJudged()
    {
        await using var daemon = RobotDaemon.StartReal(Folder, server.Address, "mirror");
        await daemon.FollowsAsync();
        daemon.Signal("TERM");
        var exitCode = await daemon.ExitAsync();

        var summary = daemon.Summary();
        AssertSafe(summary);
        AssertEnded(exitCode, summary);
        Assert.True(summary.GetProperty("chunks").GetInt64() > 0);
        Assert.Equal("wx250s", summary.GetProperty("arm").GetProperty("name").GetString());
        Assert.False(summary.GetProperty("arm").GetProperty("simulated").GetBoolean());
        Assert.Equal(JsonValueKind.Null, summary.GetProperty("arm").GetProperty("fault").ValueKind);
        await daemon.LineAsync(@"referee +\d+ commands judged, no limit violated");
    }

    [Fact]
    public async Task Run_DynamixelArmUnplugged_SaysSoAndEndsWithOne()
    {
        using var bus = EmulatedBus.WidowX250s();
        bus.Patience = 100;
        await using var daemon = RobotDaemon.StartReal(Folder, server.Address, "wx250s", "--port", bus.Path);
        await daemon.FollowsAsync();
        await MovesAsync(() => [.. bus.At(b => b.Motors.Select(motor => (double)motor.Ticks))]);
        bus.Unplug();

        await FailsAsync(daemon, $"serial port {bus.Path}: is gone");
    }

    [Fact]
    public async Task Run_DynamixelArmThatIsEndedInTime_IsHeldAndNothingIsWrong()
    {
        using var bus = EmulatedBus.WidowX250s();
        bus.Patience = 100;
        await using var daemon = RobotDaemon.StartReal(Folder, server.Address, "wx250s", "--port", bus.Path);
        await daemon.FollowsAsync();
        daemon.Signal("TERM");
        var exitCode = await daemon.ExitAsync();

        AssertSafe(daemon.Summary());
        AssertEnded(exitCode, daemon.Summary());
        Assert.All(bus.At(b => b.Motors.ToArray()), motor => Assert.True(motor.IsTorqueOn && motor.WatchdogUnits == 0, $"motor {motor.Id}"));
    }

    [Fact]
    public async Task Run_UniversalRobotsArmStoppedBySafety_SaysSoAndEndsWithOne()
    {
        await using var controller = EmulatedController.At(IPAddress.Parse($"127.{Environment.ProcessId % 200}.77.1"));
        var robotFile = Path.Combine(Folder, "robot.json");
        await File.WriteAllTextAsync(robotFile, """
            {
              "workspace": { "min": [-0.9, -0.6, 0.05], "max": [-0.1, 0.6, 0.9] },
              "tool": [0, -0.1996, 0],
              "joints": { "shoulder_pan": { "max_velocity": 0.5 } },
            }
            """, TestContext.Current.CancellationToken);
        await using var sixJoints = await SixJointPolicy.StartAsync(Folder);
        await using var daemon = RobotDaemon.StartReal(Folder, sixJoints.Address, "ur5e", "--arm-host", controller.Address, "--robot-file", robotFile);
        await daemon.FollowsAsync();
        await MovesAsync(() => [.. controller.Arm.Positions]);
        controller.SafetyStop(mode: 3, bits: 1 << 2);

        await FailsAsync(daemon, "protective stop");
        Assert.False(controller.Arm.Moving);
        await daemon.LineAsync("workspace +tool in x -0.90 … -0.10");
        await daemon.LineAsync("limits +shoulder_pan 0.5 rad/s");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Run_ArmServiceLost_SaysSoAndEndsWithOne(bool unix)
    {
        await using var service = await EmulatedArmService.StartAsync(ServedArm.Description, ServedArm.Pose, unix ? Path.Combine(Folder, "arm.sock") : null);
        await using var daemon = RobotDaemon.StartReal(Folder, server.Address, "service", "--arm-service", service.Address);
        await daemon.FollowsAsync();
        await MovesAsync(() => service.Drive.Positions);
        if (unix) service.Drive.Failure = "overcurrent in the elbow";
        else await service.DisposeAsync();

        await FailsAsync(daemon, unix ? "the arm failed: overcurrent in the elbow" : $"arm service at {service.Address}");
    }

    /// <summary>Something is in the way: the motor of a joint gives more than it may for half a second.</summary>
    [Fact]
    public async Task Run_ArmThatWorksTooHard_IsStoppedUntilSomebodyArmsIt()
    {
        await using var service = await EmulatedArmService.StartAsync(ServedArm.Description, ServedArm.Pose);
        var effort = 3.0;
        service.Drive.Line = state =>
        {
            state.Efforts.AddRange([0, 0, Volatile.Read(ref effort), 0, 0, 0, 0]);
            return state;
        };
        await using var daemon = RobotDaemon.StartReal(Folder, server.Address, "service", "--arm-service", service.Address);
        await daemon.FollowsAsync();
        Assert.Equal("tracking", (await daemon.StatusAsync()).GetProperty("mode").GetString());
        Volatile.Write(ref effort, -5.0);
        await daemon.ComesIntoAsync("stopped");
        Volatile.Write(ref effort, 0.0);
        await daemon.FollowsOnAsync();                                              // chunks come, and move nothing
        var status = await daemon.StatusAsync();
        Assert.Equal(("stopped", "effort_exceeded"), (status.GetProperty("mode").GetString(), status.GetProperty("because").GetString()));
        var stood = service.Drive.Positions;
        await daemon.FollowsOnAsync();
        Assert.Equal(stood, service.Drive.Positions);
        var (exitCode, output) = await daemon.TellAsync("arm");
        Assert.True(exitCode == 0, output);
        await MovesAsync(() => service.Drive.Positions);
        daemon.Signal("TERM");
        AssertEnded(await daemon.ExitAsync(), daemon.Summary());
        AssertSafe(daemon.Summary());
    }

    [Fact]
    public async Task Run_ArmServiceInPython_IsDrivenUntilItIsKilled()
    {
        await using var python = new RunningProgram("/usr/bin/python3", Places.Example("arm_service.py"), "--listen", "127.0.0.1:0");
        if (await PythonArm.ListeningAsync(python) is not { } address)
        {
            Assert.Skip($"the example needs python3-grpcio and python3-grpc-tools: {python.Output}");
            return;
        }

        await using (var daemon = RobotDaemon.StartReal(Folder, server.Address, "service", "--arm-service", address))
        {
            await daemon.FollowsAsync();
            daemon.Signal("TERM");
            AssertEnded(await daemon.ExitAsync(), daemon.Summary());
            AssertSafe(daemon.Summary());
        }

        await python.LineAsync("braked");
        await using var second = RobotDaemon.StartReal(Folder, server.Address, "service", "--arm-service", address);
        await second.FollowsAsync();
        python.Signal("KILL");
        await FailsAsync(second, $"arm service at {address}");
    }

    [Fact]
    public async Task Run_ArmThatIsNotThere_SaysSoAndNothingMoves()
    {
        await using var daemon = RobotDaemon.StartReal(Folder, "http://127.0.0.1:1", "wx250s", "--port", "/dev/no-such-port");
        Assert.Equal(1, await daemon.ExitAsync());
        await daemon.LineAsync("serial port /dev/no-such-port");
    }

    [Fact]
    public async Task Run_RobotFileThatDoesNotFitTheService_EndsWithTwo()
    {
        await using var service = await EmulatedArmService.StartAsync(ServedArm.Description, new double[7]);
        var robotFile = Path.Combine(Folder, "robot.json");
        await File.WriteAllTextAsync(robotFile, """{ "joints": { "knee": { "max_velocity": 1 } } }""", TestContext.Current.CancellationToken);
        await using var daemon = RobotDaemon.StartReal(Folder, "http://127.0.0.1:1", "service", "--arm-service", service.Address, "--robot-file", robotFile);
        Assert.Equal(2, await daemon.ExitAsync());
        await daemon.LineAsync("joints.knee: expected a joint of wx250s");
        Assert.Equal(0, service.Drive.Commands);
    }

    private static async Task MovesAsync(Func<double[]> positions)
    {
        var before = positions();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(RunningProgram.Patience);
        while (positions().SequenceEqual(before)) await Task.Delay(20, patience.Token);
    }
}
