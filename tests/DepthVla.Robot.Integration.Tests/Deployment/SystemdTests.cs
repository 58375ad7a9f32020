using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using DepthVla.Robot.Integration.Tests.Programs;

namespace DepthVla.Robot.Integration.Tests.Deployment;

/// <summary>The units as systemd's own tool sees them, and what the programs tell whoever started them.</summary>
public sealed class SystemdTests : ProgramTest
{
    [Theory]
    [InlineData("depthvla-server", "Server")]
    [InlineData("depthvla-daemon", "Daemon")]
    public async Task Unit_Verified_SetsOptionsThatThereAre(string name, string project)
    {
        // A unit is only verified where its program is: here it is elsewhere.
        var program = Places.Program(project, name);
        var unit = await File.ReadAllTextAsync(Places.InRepository("deploy", "systemd", $"{name}.service"), TestContext.Current.CancellationToken);
        var here = Path.Combine(Folder, $"{name}.service");
        await File.WriteAllTextAsync(here, Regex.Replace(unit, @"(?m)^ExecStart=\S+", $"ExecStart={program}"), TestContext.Current.CancellationToken);
        var (exitCode, output) = await RunningProgram.RunAsync("systemd-analyze", "verify", "--man=no", here);
        Assert.True(exitCode == 0 && output.Length == 0, output);

        // Every problem of a configuration is named at once: of the unit's own options and one that is none, only that is unknown.
        var environment = Regex.Matches(unit, @"(DEPTHVLA__[A-Z_]+)=(\S+)").ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);
        Assert.NotEmpty(environment);
        await using var started = new RunningProgram(program, [.. project == "Daemon" ? ["run"] : Array.Empty<string>(), "--no-such-option", "1"], environment);
        Assert.Equal(2, await started.ExitAsync());
        const string Unknown = ": expected an option that exists";
        Assert.Contains($"--no-such-option{Unknown}", started.Output, StringComparison.Ordinal);
        Assert.All(environment.Keys, name => Assert.DoesNotContain(name + Unknown, started.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Server_StartedBySystemd_TellsWhenItIsReadyAndThatItLives()
    {
        using var systemd = new NotifySocket(Path.Combine(Folder, "notify"));
        await using var server = new RunningProgram(
            Places.Program("Server", "depthvla-server"), ["--checkpoint", Places.TinyCheckpoint, "--grpc-port", "0", "--http-port", "0"], systemd.Environment);
        await systemd.HearAsync("READY=1");
        await systemd.HearAsync("WATCHDOG=1");
        Assert.Contains("Ready: ", server.Output, StringComparison.Ordinal);
        server.Signal("TERM");
        Assert.Equal(0, await server.ExitAsync());
    }

    [Fact]
    public async Task Daemon_StartedBySystemd_TellsThatItsControlThreadTurns()
    {
        using var systemd = new NotifySocket(Path.Combine(Folder, "notify"));
        await using var daemon = new RunningProgram(
            Places.Program("Daemon", "depthvla-daemon"),
            ["run", "--server", $"http://127.0.0.1:{Ports.Free()}", "--start", "Idle", "--operator-socket", Path.Combine(Folder, "operator"), "--max-state-age", "1"], systemd.Environment);
        await systemd.HearAsync("READY=1");
        await systemd.HearAsync("WATCHDOG=1");
        daemon.Signal("TERM");
        await systemd.HearAsync("STOPPING=1");
        Assert.Equal(0, await daemon.ExitAsync());
    }

    /// <summary>The end of systemd's.</summary>
    private sealed class NotifySocket : IDisposable
    {
        private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        private readonly byte[] _message = new byte[4096];

        public NotifySocket(string path)
        {
            _socket.Bind(new UnixDomainSocketEndPoint(path));
            Environment = new Dictionary<string, string> { ["NOTIFY_SOCKET"] = path };
        }

        public IReadOnlyDictionary<string, string> Environment { get; }

        /// <summary>Waits for a message; those before it are passed over.</summary>
        public async Task HearAsync(string wanted)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            limit.CancelAfter(RunningProgram.Patience);
            while (Encoding.UTF8.GetString(_message, 0, await _socket.ReceiveAsync(_message, limit.Token)) != wanted) { }
        }

        public void Dispose() => _socket.Dispose();
    }
}
