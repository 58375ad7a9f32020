using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Drivers.Dynamixel;
using DepthVla.Robot.Drivers.Emulation.Dynamixel;

namespace DepthVla.Robot.Drivers.Tests.Dynamixel;

public sealed class DynamixelFaultTests
{
    [Fact]
    public async Task Fault_MotorFallsSilent_IsNamedAndTheRestIsStoppedByItsWatchdogs()
    {
        using var bus = EmulatedBus.WidowX250s();
        using var arm = Arms.Open(bus);
        bus.Do(b => b[4].IsSilent = true);
        await Faulted(arm);

        Assert.Contains("motor 4 (elbow): 2 times in a row: it does not answer", arm.Fault, StringComparison.Ordinal);
        Assert.DoesNotContain("motor 5", arm.Fault, StringComparison.Ordinal);
        await StaysDead(arm, bus, revive: () => bus.Do(b => b[4].IsSilent = false));
        await Arms.Eventually(() => bus.At(b => b.Motors.All(m => m.WatchdogUnits == 255)));
    }

    [Fact]
    public async Task Fault_Unplugged_NamesThePort()
    {
        using var bus = EmulatedBus.WidowX250s();
        using var arm = Arms.Open(bus);
        bus.Unplug();
        await Faulted(arm);

        Assert.StartsWith($"serial port {bus.Path}: is gone", arm.Fault, StringComparison.Ordinal);
        var last = arm.Read();
        arm.Write(Arms.Command(Arms.Pose)); // nobody is there to take it, and nothing is thrown
        Assert.Equal(last, arm.Read());
    }

    [Fact]
    public async Task Fault_HardwareError_SaysWhich()
    {
        using var bus = EmulatedBus.WidowX250s();
        using var arm = Arms.Open(bus);
        bus.Do(b => b[2][70] = 0b100100);
        await Faulted(arm);
        Assert.Contains("motor 2 (shoulder): hardware error: overheating, overload", arm.Fault, StringComparison.Ordinal);
        await StaysDead(arm, bus, revive: () => bus.Do(b => b[2][70] = 0));
    }

    [Theory]
    [InlineData(true, "motor 6 (forearm_roll): lost its settings")]
    [InlineData(false, "motor 6 (forearm_roll): stopped by itself")]
    public async Task Fault_MotorThatNoLongerObeysButAnswers_IsFoundOut(bool restarts, string cause)
    {
        using var bus = EmulatedBus.WidowX250s();
        using var arm = Arms.Open(bus);
        bus.Do(b =>
        {
            if (restarts) b[6].Restart();
            else b[6].WatchdogUnits = 255;
        });
        await Faulted(arm);
        Assert.Contains(cause, arm.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_LostAnswersNowAndThen_AreCountedAndBorne()
    {
        using var bus = EmulatedBus.WidowX250s();
        using var arm = Arms.Open(bus, Arms.Options(bus) with { AnswerTimeout = TimeSpan.FromMilliseconds(200), MaxMissedCycles = 100 });
        for (var loss = 0; loss < 3; loss++)
        {
            var missed = arm.MissedCycles;
            bus.Do(b => b.Line = _ => []);
            await Arms.Eventually(() => arm.MissedCycles > missed);
            bus.Do(b => b.Line = bytes => bytes);
            var time = arm.Read().TimeNs;
            await Arms.Eventually(() => arm.Read().TimeNs > time);
        }

        Assert.Null(arm.Fault);
    }

    /// <summary>An adapter that echoes, and a line that puts garbage before, and header-like garbage between, the answers.</summary>
    [Fact]
    public async Task Read_EchoAndGarbageOnTheLine_FindsTheAnswersAllTheSame()
    {
        using var bus = EmulatedBus.WidowX250s();
        var random = new Random(5);
        bus.Echoes = true;
        bus.Line = answer =>
        {
            var garbage = new byte[random.Next(12)];
            random.NextBytes(garbage);
            return [.. garbage, .. answer, 0xFF, 0xFF, 0xFD, 0x00, 1, 0x20, 0x00, 0x55, 0xFF, 0xFF];
        };
        using var arm = Arms.Open(bus);
        await Arms.Eventually(() => arm.Cycles >= 20);
        Assert.Equal((null, 0), (arm.Fault, arm.MissedCycles));
    }

    /// <summary>Sound packets that are none of what was asked: another length, another number, another instruction.</summary>
    [Fact]
    public async Task Fault_AnswersThatAnswerSomethingElse_CountForNothing()
    {
        using var bus = EmulatedBus.WidowX250s();
        using var arm = Arms.Open(bus, Arms.Options(bus) with { AnswerTimeout = TimeSpan.FromMilliseconds(200) });
        byte[] foreign =
        [
            .. PlainProtocol.Packet(1, 0x55, 0, 1, 2), .. PlainProtocol.Packet(77, 0x55, new byte[11]),
            .. PlainProtocol.Packet(1, 0x03, new byte[11]), .. PlainProtocol.Packet(1, 0x55),
        ];
        bus.Do(b => b.Line = _ => foreign);
        await Faulted(arm);
        Assert.Contains("motor 1 (waist): 2 times in a row", arm.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dispose_AfterAFaultWithTorqueOff_SwitchesOffWhatStillListens()
    {
        using var bus = EmulatedBus.WidowX250s();
        var arm = Arms.Open(bus, Arms.Options(bus) with { AtRelease = AtRelease.TorqueOff });
        bus.Do(b => b[1][70] = 1);
        await Faulted(arm);
        arm.Dispose();
        bus.Do(b => Assert.All(b.Motors, m => Assert.False(m.IsTorqueOn)));
    }

    [Fact]
    public void Dispose_MotorThatDoesNotListen_IsNamed()
    {
        using var bus = EmulatedBus.WidowX250s();
        var arm = Arms.Open(bus, Arms.Options(bus) with { AnswerTimeout = TimeSpan.FromMilliseconds(200), MaxMissedCycles = 100 });
        bus.Do(b => b[4].IsSilent = true);
        arm.Dispose();
        Assert.Contains("motor 4 (elbow): did not switch its watchdog off", arm.Fault, StringComparison.Ordinal);
    }

    private static Task Faulted(DynamixelArm arm) => Arms.Eventually(() => arm.Fault is not null);

    // Whatever caused it may pass: the states stay as old as they are, and not a byte goes out.
    private static async Task StaysDead(DynamixelArm arm, EmulatedBus bus, Action revive)
    {
        var (last, instructions, now) = (arm.Read(), bus.Instructions, MonotonicClock.System.NowNs);
        revive();
        arm.Write(Arms.Command(Arms.Pose));
        await Arms.Eventually(() => MonotonicClock.System.NowNs - now > 300_000_000); // 30 periods
        Assert.Equal(last, arm.Read());
        Assert.Equal(instructions, bus.Instructions);
    }
}
