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

    private FleetServer(string[] addresses, int processId, Process? process, InstantServer? instant) =>
        (Addresses, ProcessId, _process, _instant) = (addresses, processId, process, instant);

    /// <summary>Where it takes robots.</summary>
    internal string Address => Addresses[0];

    /// <summary>Where it listens: for gRPC; for HTTP, unless its policy answers at once; for openpi's clients, if it was told to.</summary>
    internal IReadOnlyList<string> Addresses { get; }

    internal int ProcessId { get; }

    /// <summary>What it has in memory, MiB.</summary>
    internal double ResidentMiB => ResidentMemory.MiBOf(ProcessId);

    /// <summary>Files and sockets that it has open.</summary>
    internal int Handles => Directory.GetFileSystemEntries($"/proc/{ProcessId}/fd").Length;

    /// <summary>Starts it and waits until it is ready.</summary>
    /// <param name="checkpoint">What to serve; null for a policy of two cameras that answers at once.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="threads">Of the CPU, for arithmetic; 0 leaves it to the server.</param>
    /// <param name="cpus">What the real program may run on, as taskset(1) has it; null for what this process has.</param>
    /// <param name="options">What else it is told.</param>
    /// <exception cref="InvalidOperationException">It did not start; what it said is in the message.</exception>
    internal static FleetServer Start(string? checkpoint, string device, int threads, string? cpus = null, params string[] options)
    {
        if (checkpoint is null)
        {
            var instant = InstantServer.Start(cameras: 2);
            return new([instant.Address], instant.ProcessId, null, instant);
        }

        string[] command = [Program(), "--checkpoint", checkpoint, "--device", device, "--threads", threads.ToString(CultureInfo.InvariantCulture), "--grpc-port", "0", "--http-port", "0", .. options];
        if (cpus is not null) command = ["taskset", "-c", cpus, .. command];
        var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var addresses = new List<string>();
        var said = new List<string>();
        while (process.StandardOutput.ReadLine() is { } line)
        {
            said.Add(line);
            if (ListeningLine().Match(line) is { Success: true } match) addresses.AddRange(match.Groups.Values.Skip(1).Where(group => group.Success).Select(group => group.Value));
            if (addresses.Count == 0 || !line.Contains("Ready: ", StringComparison.Ordinal)) continue;
            _ = process.StandardOutput.ReadToEndAsync();
            _ = process.StandardError.ReadToEndAsync();
            return new([.. addresses], process.Id, process, null);
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

    [GeneratedRegex(@"gRPC on (https?://[^\s,]+), probes and metrics on (https?://\S+)|openpi's clients on (https?://\S+)")]
    private static partial Regex ListeningLine();

    // This program lies in bin/PROJECT/CONFIGURATION, and so does the server.
    private static string Program()
    {
        var here = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        return Path.GetFullPath(Path.Combine(here, "..", "..", "DepthVla.Robot.Server", Path.GetFileName(here), "depthvla-server"));
    }
}
