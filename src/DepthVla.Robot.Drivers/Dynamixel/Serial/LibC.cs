using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace DepthVla.Robot.Drivers.Dynamixel.Serial;

/// <summary>The calls of the C library that a serial port needs. 64-bit Linux, x86 or ARM.</summary>
internal static partial class LibC
{
    // open
    public const int ReadWrite = 0x2, NoControllingTerminal = 0x100, NonBlocking = 0x800, CloseOnExec = 0x80000;

    // errno
    public const int Interrupted = 4, IoError = 5, NoSuchDeviceOrAddress = 6, TryAgain = 11, Busy = 16, NoDevice = 19;

    // flock
    public const int LockExclusive = 2, LockNonBlocking = 4, Unlock = 8;

    // poll
    public const short PollIn = 0x1, PollOut = 0x4, PollError = 0x8, PollHangUp = 0x10, PollInvalid = 0x20;

    // ioctl
    public const uint GetTermios2 = 0x802C542A, SetTermios2 = 0x402C542B, FlushQueue = 0x540B, Exclusive = 0x540C, NotExclusive = 0x540D;
    public const uint GetSerial = 0x541E, SetSerial = 0x541F;
    public const nint InputQueue = 0;

    // termios control modes
    public const uint EightBits = 0x30, EnableReceiver = 0x80, IgnoreModemLines = 0x800, OtherSpeed = 0x1000;
    public const int MinimumCharacters = 6;

    // serial_struct
    public const int LowLatency = 1 << 13;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    public static partial int Lock(SafeFileHandle file, int operation);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Control(SafeFileHandle file, nuint request, nint value);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Control(SafeFileHandle file, nuint request, ref Termios2 termios);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Control(SafeFileHandle file, nuint request, ref SerialInfo info);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(SafeFileHandle file, Span<byte> bytes, nint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, nint count);

    [LibraryImport("libc", EntryPoint = "ppoll", SetLastError = true)]
    public static partial int Poll(ref PollFile file, nuint count, in Timespec timeout, nint signals);

    [StructLayout(LayoutKind.Sequential)]
    public readonly record struct Timespec(long Seconds, long Nanoseconds)
    {
        public static Timespec From(long ns) => new(ns / 1_000_000_000, ns % 1_000_000_000);
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct PollFile
    {
        public int File;
        public short Wanted, Happened;
    }

    /// <summary>The kernel's own termios2, not the C library's termios: it takes any speed as a number.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Termios2
    {
        public uint Input, Output, Control, Local;
        public byte Line;
        public ControlCharacters Characters;
        public uint InputSpeed, OutputSpeed;
    }

    [InlineArray(19)]
    public struct ControlCharacters
    {
        private byte _first;
    }

    /// <summary>The beginning of serial_struct (72 bytes), and room for the rest.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 128)]
    public struct SerialInfo
    {
        public int Type, Line, Port, Interrupt, Flags;
    }
}
