using System.Diagnostics;
using System.Text.Json;

namespace DepthVla.Robot.Benchmarks.SlowClients;

/// <summary>A <see cref="SlowCrowd"/> in a process of its own, so that the robot beside it is disturbed by the server alone.</summary>
internal sealed class CrowdProcess : IAsyncDisposable
{
    internal const string Command = "slow-crowd";

    private const string Standing = "standing";

    // More than the longest that the server puts up with anybody.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    private readonly Process _process;

    private CrowdProcess(Process process) => _process = process;

    /// <summary>Starts it, and waits until each client stands or was turned away.</summary>
    /// <param name="ports">The server's, in the order of <see cref="SlowPort"/>.</param>
    /// <param name="idle">Clients that say no more.</param>
    /// <param name="dripping">Clients that send something every second.</param>
    /// <param name="cpus">What it may run on, as taskset(1) has it; null for all.</param>
    internal static async Task<CrowdProcess> StartAsync(IEnumerable<int> ports, int idle, int dripping, string? cpus)
    {
        string[] command = [Path.Combine(AppContext.BaseDirectory, "depthvla"), "bench", Command, "--ports", string.Join(',', ports), "--idle", $"{idle}", "--dripping", $"{dripping}"];
        if (cpus is not null) command = ["taskset", "-c", cpus, .. command];
        var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        if (await process.StandardOutput.ReadLineAsync() != Standing) throw new InvalidOperationException("the slow clients did not start");
        return new(process);
    }

    /// <summary>Waits until every one of the first was closed. How long each kind stood at most.</summary>
    /// <exception cref="InvalidOperationException">Some still stood when patience was over; which ones, standard error says.</exception>
    internal async Task<SlowKindRow[]> OutlastAsync()
    {
        await _process.StandardInput.WriteLineAsync();
        return await _process.StandardOutput.ReadLineAsync() is { } rows ? JsonSerializer.Deserialize<SlowKindRow[]>(rows)! : throw new InvalidOperationException("not every slow client was closed");
    }

    /// <summary>What runs in that process: says when all stand, and after a line of standard input when all were closed. Until that input ends, which it does with the process that started this one.</summary>
    internal static async Task RunAsync(IReadOnlyList<int> ports, int idle, int dripping)
    {
        await using var crowd = await SlowCrowd.StartAsync(port => ports[(int)port], idle, dripping);
        await Console.Out.WriteLineAsync(Standing);
        if (await Console.In.ReadLineAsync() is null) return;
        await crowd.OutlastAsync(Patience);
        await Console.Out.WriteLineAsync(JsonSerializer.Serialize(crowd.First.GroupBy(client => client.Kind.Name)
            .Select(kind => new SlowKindRow(kind.Key, kind.Count(), kind.Max(client => client.Stood!.Value.TotalSeconds)))));
        await Console.In.ReadLineAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
