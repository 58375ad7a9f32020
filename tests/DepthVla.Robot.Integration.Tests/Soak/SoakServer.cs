using System.Globalization;
using System.Text.RegularExpressions;
using DepthVla.Robot.Contracts.Trust;
using DepthVla.Robot.Contracts.Remote;
using DepthVla.Robot.Integration.Tests.Programs;

namespace DepthVla.Robot.Integration.Tests.Soak;

/// <summary>A place in a fleet: one server process after another at the same two ports.</summary>
internal sealed class SoakServer(string[] options, ServiceCredentials observer) : IAsyncDisposable
{
    private readonly int _port = Ports.Free(), _httpPort = Ports.Free();
    private PolicyServer? _process;

    internal string Address => $"https://localhost:{_port}";

    internal string HttpAddress => $"https://localhost:{_httpPort}";

    /// <summary>Of the process that takes robots; 0 while none does.</summary>
    internal int ProcessId { get; private set; }

    internal async Task StartAsync()
    {
        _process = await PolicyServer.StartAsync(Places.TinyCheckpoint, RunningProgram.Patience, _port, ["--http-port", $"{_httpPort}", .. options]);
        ProcessId = _process.Id;
    }

    /// <summary>Asks it to go, waits until it went, and starts the next.</summary>
    /// <returns>The exit code.</returns>
    internal async Task<int> DrainAndStartAsync()
    {
        var leaving = _process!;
        ProcessId = 0;
        leaving.Signal("TERM");
        var exitCode = await leaving.ExitAsync();
        await leaving.DisposeAsync();
        await StartAsync();
        return exitCode;
    }

    /// <summary>A counter's or gauge's value, all labels that match together.</summary>
    internal async Task<double> MetricAsync(string series)
    {
        using var http = ServiceChannel.CreateHttp(HttpAddress, observer);
        var text = await http.GetStringAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken);
        return Regex.Matches(text, $@"(?m)^{Regex.Escape(series)}(?:\{{[^}}]*\}})? (\S+)$").Sum(match => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));
    }

    /// <summary>What the process holds of the machine.</summary>
    internal Footprint Held() => Footprint.Of(ProcessId);

    public ValueTask DisposeAsync() => _process?.DisposeAsync() ?? ValueTask.CompletedTask;
}
