using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using DepthVla.Robot.Benchmarks.Serving;

namespace DepthVla.Robot.Benchmarks.Fleet;

/// <summary>A server in a process of its own: the real program with a checkpoint, or the one whose policy answers at once.</summary>
internal sealed partial class FleetServer : IDisposable
{
    private readonly Process? _process;
    private readonly InstantServer? _instant;

    private FleetServer(string address, int processId, Process? process, InstantServer? instant) =>
        (Address, ProcessId, _process, _instant) = (address, processId, process, instant);

    internal string Address { get; }

    internal int ProcessId { get; }

    /// <summary>What it has in memory, MB.</summary>
    internal double ResidentMegabytes
    {
        get
        {
            var line = File.ReadLines($"/proc/{ProcessId}/status").First(l => l.StartsWith("VmRSS", StringComparison.Ordinal));
            return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
        }
    }

    /// <summary>Starts it and waits until it is ready.</summary>
    /// <param name="checkpoint">What to serve; null for a policy of two cameras that answers at once.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="threads">Of the CPU, for arithmetic; 0 leaves it to the server.</param>
    /// <exception cref="InvalidOperationException">It did not start; what it said is in the message.</exception>
    internal static FleetServer Start(string? checkpoint, string device, int threads)
    {
        if (checkpoint is null)
        {
            var instant = InstantServer.Start(cameras: 2);
            return new(instant.Address, instant.ProcessId, null, instant);
        }

        string[] arguments = ["--checkpoint", checkpoint, "--device", device, "--threads", threads.ToString(CultureInfo.InvariantCulture), "--grpc-port", "0", "--http-port", "0"];
        var process = Process.Start(new ProcessStartInfo(Program(), arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        string? address = null;
        var said = new List<string>();
        while (process.StandardOutput.ReadLine() is { } line)
        {
            said.Add(line);
            if (ListeningLine().Match(line) is { Success: true } match) address = match.Groups[1].Value;
            if (address is null || !line.Contains("Ready: ", StringComparison.Ordinal)) continue;
            _ = process.StandardOutput.ReadToEndAsync();
            _ = process.StandardError.ReadToEndAsync();
            return new(address, process.Id, process, null);
        }

        throw new InvalidOperationException($"the server did not start: {string.Join('\n', said)}\n{process.StandardError.ReadToEnd()}");
    }

    public void Dispose()
    {
        _instant?.Dispose();
        if (_process is null) return;
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    [GeneratedRegex(@"gRPC on (http://[^\s,]+)")]
    private static partial Regex ListeningLine();

    // This program lies in bin/PROJECT/CONFIGURATION, and so does the server.
    private static string Program()
    {
        var here = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        return Path.GetFullPath(Path.Combine(here, "..", "..", "DepthVla.Robot.Server", Path.GetFileName(here), "depthvla-server"));
    }
}
