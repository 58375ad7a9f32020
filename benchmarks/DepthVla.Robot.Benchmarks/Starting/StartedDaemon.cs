using System.Diagnostics;
using System.Runtime.InteropServices;

namespace DepthVla.Robot.Benchmarks.Starting;

/// <summary>depthvla-daemon as a process, with no arm behind it (<c>--arm mirror</c>) and a picture for each camera.</summary>
internal sealed class StartedDaemon : IDisposable
{
    // The number of clock_nanosleep.
    private static readonly string Sleeping = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "115 " : "230 ";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly Process _process;

    internal StartedDaemon(string program, string server, string picture)
    {
        string[] arguments = ["--server", server, "--arm", "mirror", "--cameras", $"primary={picture},wrist={picture}", "--instruction", "put the spoon on the towel"];
        _process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>How long a program takes to say what it can, ms.</summary>
    internal static double HelpMs(string program)
    {
        var start = Stopwatch.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo(program, ["--help"]) { RedirectStandardOutput = true })!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    /// <summary>Waits until the control thread sleeps until its first turn. From the start until then, ms, to 1 ms.</summary>
    /// <exception cref="InvalidOperationException">It never does.</exception>
    internal async Task<double> FirstTurnMsAsync()
    {
        while (!IsPaced())
        {
            if (_process.HasExited || Stopwatch.GetElapsedTime(_start) > Patience) throw new InvalidOperationException($"{_process.StartInfo.FileName} never came to control");
            await Task.Delay(1);
        }

        return Stopwatch.GetElapsedTime(_start).TotalMilliseconds;
    }

    /// <summary>What it has in memory, MiB.</summary>
    internal double ResidentMiB => ResidentMemory.MiBOf(_process.Id);

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private bool IsPaced()
    {
        try
        {
            return Directory.GetDirectories($"/proc/{_process.Id}/task").Any(thread =>
                File.ReadAllText(Path.Combine(thread, "comm")) == "control\n" && File.ReadAllText(Path.Combine(thread, "syscall")).StartsWith(Sleeping, StringComparison.Ordinal));
        }
        catch (IOException)
        {
            return false;   // a thread that has just ended
        }
    }
}
