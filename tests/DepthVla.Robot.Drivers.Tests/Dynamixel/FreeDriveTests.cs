using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Drivers.Dynamixel;
using DepthVla.Robot.Drivers.Emulation.Dynamixel;

namespace DepthVla.Robot.Drivers.Tests.Dynamixel;

/// <summary>An arm that is let go, moved by hand, and taken hold of again, at an emulated bus.</summary>
public sealed class FreeDriveTests
{
    private const ushort Torque = 64, Goal = 116;

    [Fact]
    public async Task Write_FreeThenStay_IsLimpThenHoldsWhereTheHandLeftIt()
    {
        using var bus = EmulatedBus.WidowX250s();
        using var arm = Arms.Open(bus);
        Assert.Equal(FreeDrive.Limp, arm.FreeDrive);
        var number = await LetGo(arm, bus);
        var told = bus.Writes.Length;
        bus.Do(b => { foreach (var motor in b.Motors) motor.Ticks += 40; });
        await Arms.Eventually(() => arm.Cycles > number + 10);
        Assert.Equal(told, bus.Writes.Length);                                     // no goal reaches a limp motor
        Assert.Equal((2041 - 2048) * Math.Tau / 4096, arm.Read().Positions[0], 1e-9);

        arm.Write(new(MonotonicClock.System.NowNs, default, CommandKind.Stay));
        await Arms.Eventually(() => bus.At(b => b.Motors.All(motor => motor.IsTorqueOn)));
        Assert.Equal(Enumerable.Range(1, 9).Select(id => 2000 + id + 40), bus.At(b => b.Motors.Select(motor => motor.Ticks).ToArray()));
        var writes = bus.Writes[told..];
        Assert.True(Array.FindLastIndex(writes, w => w.Address == Goal && w.Id != 254) < Array.FindIndex(writes, w => w.Address == Torque), "torque came on before every motor had its goal");
        Assert.Null(arm.Fault);
    }

    /// <summary>A command that a limp arm gets is gone to from where it is: the motors hold there first.</summary>
    [Fact]
    public async Task Write_FreeThenFollow_HoldsBeforeItGoes()
    {
        using var bus = EmulatedBus.WidowX250s();
        using var arm = Arms.Open(bus);
        await LetGo(arm, bus);
        var told = bus.Writes.Length;
        arm.Write(Arms.Command(Arms.Pose));
        await Arms.Eventually(() => Math.Abs(arm.Read().Positions[0] - 0.5) < 0.01);
        var writes = bus.Writes[told..];
        var held = Array.FindLastIndex(writes, w => w.Address == Torque);
        Assert.All(bus.At(b => b.Motors.ToArray()), motor => Assert.True(motor.IsTorqueOn, $"motor {motor.Id}"));
        Assert.DoesNotContain(writes[..held], w => w.Id == 254);
    }

    [Fact]
    public async Task Dispose_WhileLimp_HoldsWhereItIs()
    {
        using var bus = EmulatedBus.WidowX250s();
        using (var arm = Arms.Open(bus))
        {
            await LetGo(arm, bus);
            bus.Do(b => b[1].Ticks = 2100);
        }

        Assert.All(bus.At(b => b.Motors.ToArray()), motor => Assert.True(motor.IsTorqueOn && motor.WatchdogUnits == 0, $"motor {motor.Id}"));
        Assert.Equal(2100, bus.At(b => b[1].Ticks));
    }

    [Fact]
    public async Task Dispose_WhileLimpAndToBeLimpAfterwards_SaysNothingIsWrong()
    {
        using var bus = EmulatedBus.WidowX250s();
        using var arm = Arms.Open(bus, Arms.Options(bus) with { AtRelease = AtRelease.TorqueOff });
        await LetGo(arm, bus);
        arm.Dispose();
        Assert.All(bus.At(b => b.Motors.ToArray()), motor => Assert.False(motor.IsTorqueOn));
        Assert.Null(arm.Fault);
    }

    [Fact]
    public async Task Write_StayToAMotorThatRefusesTorque_FailsAndSaysWhich()
    {
        using var bus = EmulatedBus.WidowX250s();
        using var arm = Arms.Open(bus);
        await LetGo(arm, bus);
        bus.Do(b => b[4].RefusesTorque = true);
        arm.Write(new(MonotonicClock.System.NowNs, default, CommandKind.Stay));
        await Arms.Eventually(() => arm.Fault is not null);
        Assert.Contains("elbow", arm.Fault, StringComparison.Ordinal);
        Assert.Contains("torque", arm.Fault, StringComparison.Ordinal);
    }

    private static async Task<long> LetGo(DynamixelArm arm, EmulatedBus bus)
    {
        arm.Write(new(MonotonicClock.System.NowNs, arm.Read().Positions, CommandKind.Free));
        await Arms.Eventually(() => bus.At(b => b.Motors.All(motor => !motor.IsTorqueOn)));
        var cycles = arm.Cycles;
        await Arms.Eventually(() => arm.Cycles > cycles + 2);
        return arm.Cycles;
    }
}
