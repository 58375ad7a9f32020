using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Drivers.Dynamixel;
using DepthVla.Robot.Drivers.Dynamixel.Serial;
using DepthVla.Robot.Drivers.Tests.Dynamixel.Emulation;

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

    /// <summary>Garbage without end, or the wrong answer without end: the time is up all the same.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Ping_LineThatBabbles_EndsInTime(bool soundPackets)
    {
        using var cable = new PseudoTerminal();
        using var bus = Open(cable.Path, timeoutMs: 100);
        byte[] babble = soundPackets ? PlainProtocol.Packet(7, 0x55, 0, 1, 2, 3) : [0xFF, 0xFF, 0xFD, 0x00, 0x01];
        var stop = false;
        var babbler = new Thread(() => { while (!Volatile.Read(ref stop)) { cable.Write(babble); _ = cable.Read(0); } });
        babbler.Start();

        var answer = bus.Ping(1, out _, out _);
        Volatile.Write(ref stop, true);
        babbler.Join();
        Assert.Equal((false, "it does not answer"), (answer.Came, answer.Reason));
    }

    private static DynamixelBus Open(string path, int timeoutMs) => new(SerialPort.Open(path, 1_000_000, Clock), Clock, timeoutMs * 1_000_000L);
}
