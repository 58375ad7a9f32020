using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace DepthVla.Robot.Drivers.Emulation.Dynamixel;

/// <summary>A cable with two ends: what is written to one comes out of the other. The driver gets <see cref="Path"/>.</summary>
internal sealed partial class PseudoTerminal : IDisposable
{
    private const int ReadWrite = 2, NoControllingTerminal = 0x100, NonBlocking = 0x800;

    // A program that a test starts must not hold an end of the cable, too.
    private const int CloseOnExec = 0x80000;

    private const short PollIn = 1;
    private const uint GetTermios2 = 0x802C542A;

    private readonly SafeFileHandle _master;

    // Someone always has the far end open; else the near end would seem unplugged before the driver comes and after it went.
    private readonly SafeFileHandle _slave;

    public PseudoTerminal()
    {
        _master = posix_openpt(ReadWrite | NoControllingTerminal | NonBlocking | CloseOnExec);
        Check(_master.IsInvalid ? -1 : 0);
        Check(grantpt(_master));
        Check(unlockpt(_master));
        var name = new byte[128];
        Check(ptsname_r(_master, name, name.Length) == 0 ? 0 : -1);
        Path = Encoding.UTF8.GetString(name.AsSpan(0, name.AsSpan().IndexOf((byte)0)));
        _slave = open(Path, ReadWrite | NoControllingTerminal | CloseOnExec);
        Check(_slave.IsInvalid ? -1 : 0);
    }

    public string Path { get; }

    /// <summary>The speed that the driver set, bits a second.</summary>
    public int BaudRate
    {
        get
        {
            var termios = default(Termios2);
            Check(ioctl(_master, GetTermios2, ref termios));
            return (int)termios.Speed;
        }
    }

    /// <summary>What came, up to <paramref name="milliseconds"/> late; nothing where nothing did.</summary>
    public byte[] Read(int milliseconds)
    {
        var file = new PollFile { File = (int)_master.DangerousGetHandle(), Wanted = PollIn };
        if (poll(ref file, 1, milliseconds) <= 0) return [];
        var bytes = new byte[4096];
        return read(_master, bytes, bytes.Length) is > 0 and var size ? bytes[..(int)size] : [];
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0 && write(_master, bytes, bytes.Length) is > 0 and var size) bytes = bytes[(int)size..];
    }

    /// <summary>Pulls the cable.</summary>
    public void Dispose()
    {
        _master.Dispose();
        _slave.Dispose();
    }

    private static void Check(int status)
    {
        if (status < 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial SafeFileHandle posix_openpt(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int grantpt(SafeFileHandle master);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unlockpt(SafeFileHandle master);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ptsname_r(SafeFileHandle master, byte[] name, nint size);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(SafeFileHandle file, nuint request, ref Termios2 termios);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int poll(ref PollFile file, nuint count, int milliseconds);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(SafeFileHandle file, byte[] bytes, nint size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(SafeFileHandle file, ReadOnlySpan<byte> bytes, nint size);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollFile
    {
        public int File;
        public short Wanted, Happened;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Termios2
    {
        public uint Input, Output, Control, Local;
        public Twenty Rest;
        public uint InputSpeed, Speed;
    }

    [InlineArray(20)]
    private struct Twenty
    {
        private byte _first;
    }
}
