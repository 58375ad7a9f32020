using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DepthVla.Robot.Simulation.MuJoCo;

/// <summary>MuJoCo's own errors and warnings.</summary>
/// <remarks>
/// MuJoCo cannot go on after an error: its default handler prints, waits for Enter and exits. Ours says the message on stderr and ends
/// the process with <see cref="ExitCode"/> at once. Returning, or letting an exception cross the native frames, would be undefined.
/// </remarks>
public static unsafe partial class Faults
{
    /// <summary>The process exit code after a MuJoCo error: EX_SOFTWARE of sysexits.</summary>
    public const int ExitCode = 70;

    private static long _warnings;

    /// <summary>How often MuJoCo warned in this process. Each warning is on stderr too.</summary>
    public static long Warnings => Interlocked.Read(ref _warnings);

    internal static void Install(nint library)
    {
        *(delegate* unmanaged[Cdecl]<byte*, void>*)NativeLibrary.GetExport(library, "mju_user_error") = &OnError;
        *(delegate* unmanaged[Cdecl]<byte*, void>*)NativeLibrary.GetExport(library, "mju_user_warning") = &OnWarning;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnError(byte* message)
    {
        Say("MuJoCo error, the process ends with exit code 70: "u8, message);
        _exit(ExitCode);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnWarning(byte* message)
    {
        Interlocked.Increment(ref _warnings);
        Say("MuJoCo warning: "u8, message);
    }

    // Straight to the file descriptor: no managed stream, lock or exception may stand between the message and the exit.
    private static void Say(ReadOnlySpan<byte> prefix, byte* message)
    {
        var text = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(message);
        Span<byte> line = stackalloc byte[1200];
        prefix.CopyTo(line);
        var kept = text[..Math.Min(text.Length, line.Length - prefix.Length - 1)];
        kept.CopyTo(line[prefix.Length..]);
        var length = prefix.Length + kept.Length;
        line[length++] = (byte)'\n';
        fixed (byte* start = line) _ = write(2, start, (nuint)length);
    }

    [LibraryImport("libc")]
    private static partial nint write(int file, byte* bytes, nuint count);

    [LibraryImport("libc")]
    private static partial void _exit(int status);
}
