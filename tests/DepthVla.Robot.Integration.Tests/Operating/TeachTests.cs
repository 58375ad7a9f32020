using System.Net;
using System.Text.Json;
using DepthVla.Robot.Drivers.Emulation.ArmService;
using DepthVla.Robot.Drivers.Emulation.Dynamixel;
using DepthVla.Robot.Drivers.Emulation.UniversalRobots;
using DepthVla.Robot.Integration.Tests.Programs;
using DepthVla.Robot.Integration.Tests.RealArms;

namespace DepthVla.Robot.Integration.Tests.Operating;

/// <summary>Arms at the other end of a real wire, moved by hand while the daemon that ships is told to teach, by the words that ship.</summary>
public sealed class TeachTests(TinyServer server) : ProgramTest, IClassFixture<TinyServer>
{
    private string File => Path.Combine(Folder, "taught.json");

    /// <summary>Nothing falls without a word that says so; it is moved, kept, held where it was left, and driven on from there.</summary>
    [Fact]
    public async Task Teach_DynamixelArm_IsLimpOnItsOwnWordAndHeldWhereItWasLeft()
    {
        using var bus = EmulatedBus.WidowX250s();
        bus.Patience = 100;
        await using var daemon = RobotDaemon.StartReal(Folder, server.Address, "wx250s", "--port", bus.Path, "--start", "idle");
        await daemon.FollowsAsync();
        await SaysAsync(daemon, 1, "IT FALLS unless somebody holds it", "start");
        Assert.All(bus.At(b => b.Motors.ToArray()), motor => Assert.True(motor.IsTorqueOn));

        await SaysAsync(daemon, 0, "Teaching. The arm is limp", "start", "limp");
        await daemon.ComesIntoAsync("teaching");
        Assert.All(bus.At(b => b.Motors.ToArray()), motor => Assert.False(motor.IsTorqueOn));
        Assert.Equal(1, (await daemon.TellAsync("arm")).ExitCode);
        bus.Do(b => b[1].Ticks += 300);                                              // a hand turns the waist by 0.46 rad
        await SaysAsync(daemon, 0, "Kept 'left'", "pose", "left");
        bus.Do(b => b[1].Ticks -= 100);
        await SaysAsync(daemon, 0, "1 poses. The arm is held where it is", "end", File);

        Assert.All(bus.At(b => b.Motors.ToArray()), motor => Assert.True(motor.IsTorqueOn));
        Assert.Equal(2201, bus.At(b => b[1].Ticks));
        Assert.Equal("idle", (await daemon.StatusAsync()).GetProperty("mode").GetString());
        var taught = JsonDocument.Parse(await System.IO.File.ReadAllTextAsync(File, TestContext.Current.CancellationToken)).RootElement;
        Assert.Equal((2301 - 2048) * Math.Tau / 4096, taught.GetProperty("poses").GetProperty("left").GetProperty("joints").GetProperty("waist").GetDouble(), 1e-4);
        Assert.Equal(0.389, taught.GetProperty("robot_file").GetProperty("joints").GetProperty("waist").GetProperty("max_position").GetDouble(), 1e-9);

        await daemon.FollowsOnAsync();
        Assert.Equal(2201, bus.At(b => b[1].Ticks));                                  // chunks come, and move nothing
        Assert.Equal(0, (await daemon.TellAsync("arm")).ExitCode);
        await UntilAsync(() => bus.At(b => b[1].Ticks) != 2201);
        daemon.Signal("TERM");
        AssertEnded(await daemon.ExitAsync(), daemon.Summary());
        AssertSafe(daemon.Summary());
    }

    /// <summary>A daemon that is told to end takes hold of the arm; one that is killed cannot, and the arm stays limp.</summary>
    [Theory]
    [InlineData("TERM", true)]
    [InlineData("KILL", false)]
    public async Task Teach_DynamixelArmWhoseDaemonEnds_IsHeldUnlessItWasKilled(string signal, bool held)
    {
        using var bus = EmulatedBus.WidowX250s();
        bus.Patience = 100;
        await using var daemon = RobotDaemon.StartReal(Folder, "http://127.0.0.1:1", "wx250s", "--port", bus.Path, "--start", "idle");
        await daemon.LineAsync("No session: ");
        await SaysAsync(daemon, 0, "The arm is limp", "start", "limp");
        bus.Do(b => b[1].Ticks += 200);
        daemon.Signal(signal);
        await daemon.ExitAsync();
        Assert.All(bus.At(b => b.Motors.ToArray()), motor => Assert.Equal(held, motor.IsTorqueOn));
        Assert.Equal(2201, bus.At(b => b[1].Ticks));
    }

    /// <summary>Its controller carries it meanwhile, and holds it when the daemon is killed.</summary>
    [Fact]
    public async Task Teach_UniversalRobotsArm_IsMovedInFreeDriveAndHeldWhenTheDaemonIsKilled()
    {
        await using var controller = EmulatedController.At(IPAddress.Parse($"127.{Environment.ProcessId % 200}.78.1"));
        await using var sixJoints = await SixJointPolicy.StartAsync(Folder);
        await using var daemon = RobotDaemon.StartReal(Folder, sixJoints.Address, "ur5e", "--arm-host", controller.Address, "--robot-file", await CellAsync(), "--start", "idle");
        await daemon.FollowsAsync();
        await SaysAsync(daemon, 0, "The arm is free: move it by hand", "start");
        await UntilAsync(() => controller.Arm.IsFree);
        var stood = controller.Arm.Positions;
        controller.Arm.Push(0, 0.1);
        await SaysAsync(daemon, 0, "Kept 'aside'", "pose", "aside");
        await SaysAsync(daemon, 0, "The arm is held where it is", "end", File);
        await UntilAsync(() => !controller.Arm.IsFree);
        Assert.Equal(stood[0] + 0.1, controller.Arm.Positions[0], 1e-5);
        var taught = JsonDocument.Parse(await System.IO.File.ReadAllTextAsync(File, TestContext.Current.CancellationToken)).RootElement;
        Assert.Equal(stood[0] + 0.1, taught.GetProperty("poses").GetProperty("aside").GetProperty("joints").GetProperty("shoulder_pan").GetDouble(), 1e-4);

        await SaysAsync(daemon, 0, "The arm is free", "start");
        await UntilAsync(() => controller.Arm.IsFree);
        daemon.Signal("KILL");
        await UntilAsync(() => !controller.Arm.IsFree);
    }

    [Fact]
    public async Task Teach_ArmService_CannotBeLetGoAndIsReadWhereItStands()
    {
        await using var service = await EmulatedArmService.StartAsync(ServedArm.Description, ServedArm.Pose);
        await using var daemon = RobotDaemon.StartReal(Folder, "http://127.0.0.1:1", "service", "--arm-service", service.Address, "--start", "idle");
        await daemon.LineAsync("No session: ");
        await SaysAsync(daemon, 1, "cannot let it go", "start");
        await SaysAsync(daemon, 0, "The arm is held where it stands", "start", "held");
        await SaysAsync(daemon, 0, "Kept 'here'", "pose", "here");
        await SaysAsync(daemon, 0, "For the robot file", "show");
        await SaysAsync(daemon, 1, "Cannot write", "end", Path.Combine(Folder, "no", "such", "folder"));
        await SaysAsync(daemon, 0, "Taught before", "show", File);
        Assert.Contains("\"here\"", await System.IO.File.ReadAllTextAsync(File, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.All(ServedArm.Pose.Zip(service.Drive.Positions), joint => Assert.Equal(joint.First, joint.Second, 1e-9));
    }

    [Fact]
    public async Task Teach_SimulatedArmThatIsArmed_IsRefusedUntilItIsHeld()
    {
        await using var daemon = RobotDaemon.Start(Folder, "http://127.0.0.1:1");
        await daemon.LineAsync("No session: ");
        await SaysAsync(daemon, 1, "is armed", "start");
        Assert.Equal(0, (await daemon.TellAsync("hold")).ExitCode);
        await SaysAsync(daemon, 0, "The arm is free", "start");
        await SaysAsync(daemon, 0, "Kept 'home'", "pose", "home");
        await SaysAsync(daemon, 0, "The arm is held where it is", "end");
        Assert.Equal("holding", (await daemon.StatusAsync()).GetProperty("mode").GetString());
        Assert.Equal(2, (await daemon.TellAsync("teach")).ExitCode);
        daemon.Signal("TERM");
        await daemon.ExitAsync();
        AssertSafe(daemon.Summary());
    }

    private static async Task SaysAsync(RobotDaemon daemon, int exitCode, string text, params string[] words)
    {
        // An arm that was just moved is moving for a moment more, however long a busy machine makes that.
        var said = await daemon.TeachAsync(words);
        for (var tries = 0; said.ExitCode != exitCode && said.Output.Contains("moves", StringComparison.Ordinal) && tries < 50; tries++) said = await daemon.TeachAsync(words);
        Assert.True(said.Output.Contains(text, StringComparison.Ordinal) && said.ExitCode == exitCode, $"{said.Output}\n{daemon.Output}");
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(RunningProgram.Patience);
        while (!holds()) await Task.Delay(20, patience.Token);
    }

    private async Task<string> CellAsync()
    {
        var path = Path.Combine(Folder, "robot.json");
        await System.IO.File.WriteAllTextAsync(path, """{ "workspace": { "min": [-0.9, -0.6, 0.05], "max": [-0.1, 0.6, 0.9] }, "tool": [0, -0.1996, 0] }""", TestContext.Current.CancellationToken);
        return path;
    }
}
