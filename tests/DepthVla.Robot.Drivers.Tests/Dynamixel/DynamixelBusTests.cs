using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Drivers.Dynamixel;
using DepthVla.Robot.Drivers.Dynamixel.Serial;
using DepthVla.Robot.Drivers.Emulation.Dynamixel;

namespace DepthVla.Robot.Drivers.Tests.Dynamixel;

public sealed class DynamixelBusTests
{
    private static readonly MonotonicClock Clock = MonotonicClock.System;

    [Fact]
    public void Read_Refused_SaysWhy()
    {
        using var emulated = EmulatedBus.WidowX250s();
        using var bus = Open(emulated.Path, timeoutMs: 5000);
        var answer = bus.Read(1, 600, new byte[4]);
        Assert.Equal((true, false, "the address cannot be read or written now"), (answer.Came, answer.Done, answer.Reason));
        Assert.True(bus.Write(1, 65, [1]).Done);
        Assert.Equal("the value is beyond its limits", bus.Write(2, 116, [0, 0, 0, 0]).Reason);
    }

    [Fact]
    public void SyncRead_OneMotorMissing_GivesTheOthersAndSaysWhichIsNot()
    {
        using var emulated = EmulatedBus.WidowX250s();
        using var bus = Open(emulated.Path, timeoutMs: 500);
        var (data, answers) = (new byte[12], new Answer[3]);
        var before = Clock.NowNs;

        Assert.False(bus.SyncRead(132, 4, [9, 20, 1], data, answers, out var firstNs));
        Assert.Equal([true, false, true], answers.Select(a => a.Done));
        Assert.Equal((2009, 2001), (BitConverter.ToInt32(data), BitConverter.ToInt32(data, 8)));
        Assert.InRange(firstNs, before, Clock.NowNs);
    }

    /// <summary>There is always more to read, and the answer would be in it; but the time is up.</summary>
    [Fact]
    public void Ping_LineThatBabblesPastTheDeadline_EndsAllTheSame()
    {
        using var cable = new PseudoTerminal();
        var time = new SetTime { NowNs = 1 };
        var clock = new MonotonicClock(time);
        using var bus = new DynamixelBus(SerialPort.Open(cable.Path, 1_000_000, clock), clock, 5_000_000_000);
        var babbler = new Thread(() =>
        {
            while (cable.Read(10_000).Length == 0) { }
            time.NowNs = 6_000_000_000; // the bus waits meanwhile, for five real seconds
            cable.Write([.. new byte[2500], .. PlainProtocol.Packet(1, 0x55, 0, 1, 2, 3)]); // more than it reads at once
        });
        babbler.Start();

        Assert.False(bus.Ping(1, out _, out _).Came);
        babbler.Join();
    }

    private static DynamixelBus Open(string path, int timeoutMs) => new(SerialPort.Open(path, 1_000_000, Clock), Clock, timeoutMs * 1_000_000L);

    private sealed class SetTime : TimeProvider
    {
        private long _nowNs;

        public long NowNs { set => Volatile.Write(ref _nowNs, value); }

        public override long TimestampFrequency => 1_000_000_000;

        public override long GetTimestamp() => Volatile.Read(ref _nowNs);
    }
}
