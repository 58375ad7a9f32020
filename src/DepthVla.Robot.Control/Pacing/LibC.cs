using System.Runtime.InteropServices;

namespace DepthVla.Robot.Control.Pacing;

/// <summary>The calls of the C library that the control thread alone needs. 64-bit Linux.</summary>
internal static partial class LibC
{
    public const int SetTimerSlack = 29;
    public const int LockCurrent = 1;
    public const int LockFuture = 2;
    public const int LockOnFault = 4;

    [LibraryImport("libc", EntryPoint = "mlockall", SetLastError = true)]
    public static partial int LockAll(int flags);

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    public static partial int ProcessControl(int option, nuint value, nuint unused3, nuint unused4, nuint unused5);
}
