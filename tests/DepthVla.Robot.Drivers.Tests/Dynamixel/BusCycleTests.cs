using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Drivers.Dynamixel;
using DepthVla.Robot.Drivers.Dynamixel.Serial;
using DepthVla.Robot.Drivers.Emulation.Dynamixel;

namespace DepthVla.Robot.Drivers.Tests.Dynamixel;

public sealed class BusCycleTests
{
    private const long TimeoutNs = 5_000_000_000;

    /// <summary>The thread at the bus must not make garbage either: collecting it would stop the control thread too.</summary>
    [Fact]
    public void Run_EveryCycle_AllocatesNothing()
    {
        using var emulated = EmulatedBus.WidowX250s();
        Assert.Empty(MotorMap.TryCreate(Arms.Description, WidowX250s.Joints, out var map));
        using var bus = new DynamixelBus(SerialPort.Open(emulated.Path, 1_000_000, MonotonicClock.System), MonotonicClock.System, TimeoutNs);
        var options = Arms.Options(emulated) with { BusWatchdog = TimeSpan.FromMilliseconds(2000) };
        emulated.Do(b => b.Motors.ForEach(m => m.WatchdogUnits = 100));
        var cycle = new BusCycle(bus, map!, options, [.. emulated.Motors.Select(m => m.Ticks)]);

        var least = long.MaxValue;
        for (var round = 0; round < 5; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 20; i++)
            {
                if (!cycle.TrySetGoals(Arms.Pose) || !cycle.Run(out _)) throw new InvalidOperationException("the bus is sound");
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    [Fact]
    public void Run_OneCycle_IsOneWriteToAllAndOneQuestionToAll()
    {
        using var emulated = EmulatedBus.WidowX250s();
        Assert.Empty(MotorMap.TryCreate(Arms.Description, WidowX250s.Joints, out var map));
        using var bus = new DynamixelBus(SerialPort.Open(emulated.Path, 1_000_000, MonotonicClock.System), MonotonicClock.System, TimeoutNs);
        emulated.Do(b => b.Motors.ForEach(m => m.WatchdogUnits = 127));
        var cycle = new BusCycle(bus, map!, Arms.Options(emulated), [.. emulated.Motors.Select(m => m.Ticks)]);

        Assert.True(cycle.Run(out _)); // the first asks for the watchdogs too
        var before = emulated.Instructions;
        for (var i = 0; i < 9; i++) Assert.True(cycle.Run(out _));
        Assert.Equal(2 * 9, emulated.Instructions - before);
        Assert.True(cycle.Run(out _));
        Assert.Equal((2 * 10) + 1, emulated.Instructions - before);
    }
}
