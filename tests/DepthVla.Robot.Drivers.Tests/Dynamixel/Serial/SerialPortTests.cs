using System.Globalization;
using System.Runtime.InteropServices;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Drivers.Dynamixel.Serial;
using DepthVla.Robot.Drivers.Emulation.Dynamixel;
using Microsoft.Win32.SafeHandles;

namespace DepthVla.Robot.Drivers.Tests.Dynamixel.Serial;

public sealed partial class SerialPortTests
{
    private static readonly MonotonicClock Clock = MonotonicClock.System;

    private static long Soon => Clock.NowNs + 10_000_000_000;

    [Fact]
    public void ReadAndWrite_AllBytes_PassUnchanged()
    {
        using var cable = new PseudoTerminal();
        using var port = SerialPort.Open(cable.Path, 1_000_000, Clock);
        byte[] all = [.. Enumerable.Range(0, 256).Select(i => (byte)i)]; // carriage returns, end of file, interrupt: nothing may be done with them

        port.Write(all, Soon);
        var there = new List<byte>();
        while (there.Count < 256) there.AddRange(cable.Read(10_000));
        Assert.Equal(all, there);

        cable.Write(all);
        var (back, size) = (new byte[300], 0);
        while (size < 256) size += port.Read(back.AsSpan(size), Soon);
        Assert.Equal(all, back[..size]);
        Assert.Equal(0, port.Read(back, Clock.NowNs + 1_000_000));
    }

    [Theory]
    [InlineData(1_000_000)]
    [InlineData(57_600)]
    [InlineData(123_456)]
    public void SetBaudRate_AnyNumber_IsTheLinesSpeed(int baudRate)
    {
        using var cable = new PseudoTerminal();
        using var port = SerialPort.Open(cable.Path, 9600, Clock);
        port.SetBaudRate(baudRate);
        Assert.Equal((baudRate, baudRate), (cable.BaudRate, port.BaudRate));
    }

    [Fact]
    public void DiscardInput_BytesThatCame_AreGone()
    {
        using var cable = new PseudoTerminal();
        using var port = SerialPort.Open(cable.Path, 1_000_000, Clock);
        cable.Write([1, 2, 3]);
        var one = new byte[1];
        Assert.Equal(1, port.Read(one, Soon)); // so all three are there
        port.DiscardInput();
        cable.Write([9]);
        Assert.Equal(1, port.Read(one, Soon));
        Assert.Equal(9, one[0]);
    }

    [Fact]
    public void Open_PortInUse_SaysSo()
    {
        using var cable = new PseudoTerminal();
        using (SerialPort.Open(cable.Path, 1_000_000, Clock))
        {
            var e = Assert.Throws<SerialPortException>(() => SerialPort.Open(cable.Path, 1_000_000, Clock));
            Assert.Contains(cable.Path, e.Message, StringComparison.Ordinal);
        }

        SerialPort.Open(cable.Path, 1_000_000, Clock).Dispose(); // it was given back
    }

    /// <summary>A process that is begun meanwhile has whatever this one has open, until it is itself.</summary>
    [Fact]
    public void Dispose_AnotherProcessBegins_IsGivenBackAtOnce()
    {
        using var cable = new PseudoTerminal();
        SafeFileHandle[] theirs;
        using (SerialPort.Open(cable.Path, 1_000_000, Clock)) theirs = [.. OpenFiles(cable.Path).Select(Duplicate)];
        Assert.NotEmpty(theirs);

        SerialPort.Open(cable.Path, 1_000_000, Clock).Dispose();

        foreach (var one in theirs) one.Dispose();
    }

    [Theory]
    [InlineData("/dev/ttyNONE", "cannot be opened")]
    [InlineData("/dev/null", "is no serial port")]
    public void Open_NoSerialPort_SaysWhichAndWhy(string path, string reason)
    {
        var e = Assert.Throws<SerialPortException>(() => SerialPort.Open(path, 1_000_000, Clock));
        Assert.StartsWith($"serial port {path}: {reason}", e.Message, StringComparison.Ordinal);
        Assert.Equal(path, e.Port);
    }

    [Fact]
    public void ReadAndWrite_Unplugged_SayThatThePortIsGone()
    {
        var cable = new PseudoTerminal();
        using var port = SerialPort.Open(cable.Path, 1_000_000, Clock);
        cable.Dispose();
        foreach (var action in (Action[])[() => port.Read(new byte[1], Soon), () => port.Write([1], Soon)])
        {
            var e = Assert.Throws<SerialPortException>(action);
            Assert.StartsWith($"serial port {cable.Path}: is gone", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void ReadAndWrite_Always_AllocateNothing()
    {
        using var cable = new PseudoTerminal();
        using var port = SerialPort.Open(cable.Path, 1_000_000, Clock);
        var bytes = new byte[16];
        Assert.Equal(0, Allocations.InSteadyState(() =>
        {
            port.DiscardInput();
            port.Write([1], Soon);
            _ = port.Read(bytes, 0);
        }));
    }

    private static IEnumerable<int> OpenFiles(string path) =>
        new DirectoryInfo("/proc/self/fd").EnumerateFileSystemInfos().Where(file => file.LinkTarget == path).Select(file => int.Parse(file.Name, CultureInfo.InvariantCulture));

    [LibraryImport("libc", EntryPoint = "dup")]
    private static partial SafeFileHandle Duplicate(int file);
}
