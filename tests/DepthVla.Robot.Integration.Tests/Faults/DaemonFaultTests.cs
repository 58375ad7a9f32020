using System.Globalization;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Drivers.Emulation.ArmService;
using DepthVla.Robot.Drivers.Emulation.Dynamixel;
using DepthVla.Robot.Integration.Tests.Programs;
using DepthVla.Robot.Integration.Tests.RealArms;
using Grpc.Core;

namespace DepthVla.Robot.Integration.Tests.Faults;

/// <summary>The daemon itself freezes or dies: the arm is stopped by its own watchdog, nothing is made up for later, and nothing goes on by itself.</summary>
public sealed class DaemonFaultTests(TinyServer server) : ProgramTest, IClassFixture<TinyServer>
{
    private const long LateNs = 1_000_000_000; // for a machine whose cores are wanted by all

    private const byte HardwareErrorStatus = 70, GoalPosition = 116, Overload = 1 << 5;

    [Fact]
    public async Task Run_FrozenWithItsSimulatedArm_BrakesOnAndStaysStoppedUntilArmed()
    {
        await using var daemon = RobotDaemon.Start(Folder, server.Address);
        var braking = await daemon.LineAsync(@"braking +at most ([\d.]+) s, ([\d.]+) rad");
        await daemon.FollowsAsync();
        daemon.Signal("STOP");
        var frozenNs = MonotonicClock.System.NowNs;
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        var thawedNs = MonotonicClock.System.NowNs;
        daemon.Signal("CONT");
        await daemon.ComesIntoAsync("stopped");
        Assert.Contains((await daemon.StatusAsync()).GetProperty("because").GetString(), (string[])["overslept", "state_stale"]); // as the arm's own thread woke later or sooner
        await daemon.FollowsOnAsync();                                                                                          // chunks come, and move nothing
        var armedNs = MonotonicClock.System.NowNs;
        var (exitCode, output) = await daemon.TellAsync("arm");
        Assert.True(exitCode == 0, output);
        await daemon.ComesIntoAsync("tracking");
        await daemon.FollowsOnAsync();

        var summary = await StopAsync(daemon);
        var physics = daemon.Physics();
        Assert.True(physics.Between(frozenNs + LateNs, thawedNs).Count() < 50, "its world did not stand still with it");         // it catches up on some milliseconds
        var last = physics.LastCommandChangeNs(armedNs);
        Assert.True(last <= thawedNs + (long)(1e9 * Number(braking.Groups[1].Value)) + LateNs, $"it braked until {(last - thawedNs) * 1e-9} s after it woke");
        var (before, stood) = (physics.Between(0, thawedNs).Last(), physics.Between(0, armedNs).Last());
        Assert.All(before.Commanded.Zip(stood.Commanded), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, Number(braking.Groups[2].Value) + 0.01));
        Assert.NotNull(physics.FirstCommandChangeNs(armedNs));
        Assert.True(summary.GetProperty("holds").GetInt64() >= 1);
    }

    [Fact]
    public async Task Run_FrozenWithAnArmService_ServiceStopsTheArmAndTheDaemonEnds()
    {
        await using var service = await EmulatedArmService.StartAsync(ServedArm.Description, ServedArm.Pose);
        await using var daemon = RobotDaemon.StartReal(Folder, server.Address, "service", "--arm-service", service.Address);
        await daemon.FollowsAsync();
        daemon.Signal("STOP");
        var frozenNs = MonotonicClock.System.NowNs;
        await Until(() => service.Drive.Ending is not null);
        Assert.Equal(StatusCode.DeadlineExceeded, service.Drive.Ending);
        Assert.InRange(MonotonicClock.System.NowNs - frozenNs, 0, 1_000_000_000 + LateNs);                                       // of --max-state-age 1
        var (stood, commands) = (service.Drive.Positions, service.Drive.Commands);
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        daemon.Signal("CONT");

        await FailsAsync(daemon, $"arm service at {service.Address}");
        Assert.Equal(stood, service.Drive.Positions);
        Assert.Equal(commands, service.Drive.Commands);
    }

    [Fact]
    public async Task Run_FrozenWithADynamixelArm_MotorsStopByThemselvesAndTheDaemonEnds()
    {
        using var bus = EmulatedBus.WidowX250s();
        await using var daemon = RobotDaemon.StartReal(Folder, server.Address, "wx250s", "--port", bus.Path);
        await daemon.FollowsAsync();
        daemon.Signal("STOP");
        await Until(() => bus.At(b => b.Motors.All(motor => motor.WatchdogUnits == 255)));
        var stood = bus.At(b => b.Motors.Select(motor => motor.Ticks).ToArray());
        daemon.Signal("CONT");

        await FailsAsync(daemon, "stopped by itself: no instruction reached it");
        Assert.Equal(stood, bus.At(b => b.Motors.Select(motor => motor.Ticks).ToArray()));
    }

    [Fact]
    public async Task Run_KilledAndItsArmServiceFailed_NextDaemonIsRefusedAndOneAfterTheRepairBeginsWhereTheArmIs()
    {
        await using var service = await EmulatedArmService.StartAsync(ServedArm.Description, ServedArm.Pose);
        await using (var killed = RobotDaemon.StartReal(Folder, server.Address, "service", "--arm-service", service.Address))
        {
            await killed.FollowsAsync();
            service.Drive.Failure = "overcurrent in the elbow";
            killed.Signal("KILL");
            await killed.ExitAsync();
        }

        var stood = service.Drive.Positions;
        await using (var refused = RobotDaemon.StartReal(Folder, server.Address, "service", "--arm-service", service.Address))
        {
            Assert.Equal(1, await refused.ExitAsync());
            await refused.LineAsync("the arm cannot be driven now: overcurrent in the elbow");
        }

        Assert.Equal(stood, service.Drive.Positions);
        service.Drive.Failure = null;
        await using var next = RobotDaemon.StartReal(Folder, server.Address, "service", "--arm-service", service.Address, "--start", "idle");
        await next.FollowsAsync();
        Assert.True(service.Drive.Commands > 0);
        Assert.All(stood.Zip(service.Drive.Positions), pair => Assert.Equal(pair.First, pair.Second, 1e-9));                    // told to be where it is
        next.Signal("TERM");
        AssertEnded(await next.ExitAsync(), next.Summary());
        AssertSafe(next.Summary());
    }

    [Fact]
    public async Task Run_KilledAndAMotorFailed_NextDaemonIsRefusedAndOneAfterTheRepairBeginsWhereTheArmIs()
    {
        using var bus = EmulatedBus.WidowX250s();
        await using (var killed = RobotDaemon.StartReal(Folder, server.Address, "wx250s", "--port", bus.Path))
        {
            await killed.FollowsAsync();
            killed.Signal("KILL");
            await killed.ExitAsync();
        }

        await Until(() => bus.At(b => b.Motors.All(motor => motor.WatchdogUnits == 255)));
        bus.Do(b => b[4][HardwareErrorStatus] = Overload);
        var stood = bus.At(b => b.Motors.Select(motor => motor.Ticks).ToArray());
        var writes = bus.Writes.Length;
        await using (var refused = RobotDaemon.StartReal(Folder, server.Address, "wx250s", "--port", bus.Path))
        {
            Assert.Equal(1, await refused.ExitAsync());
            await refused.LineAsync(@"motor 4 \(elbow\): .*overload");
        }

        Assert.Equal(writes, bus.Writes.Length);
        bus.Do(b => b[4][HardwareErrorStatus] = 0);
        await using var next = RobotDaemon.StartReal(Folder, server.Address, "wx250s", "--port", bus.Path, "--start", "idle");
        await next.FollowsAsync();
        Assert.Contains(bus.Writes.Skip(writes), write => write.Id == 254 && write.Address == GoalPosition);
        Assert.All(bus.At(b => b.Motors.Select(motor => motor.Ticks).ToArray()).Zip(stood), pair => Assert.InRange(pair.First - pair.Second, -1, 1));
        next.Signal("TERM");
        AssertEnded(await next.ExitAsync(), next.Summary());
        AssertSafe(next.Summary());
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static async Task Until(Func<bool> holds)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(RunningProgram.Patience);
        while (!holds()) await Task.Delay(10, patience.Token);
    }
}
