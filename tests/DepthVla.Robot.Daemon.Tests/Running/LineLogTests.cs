using System.Globalization;
using DepthVla.Robot.Daemon.Running;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace DepthVla.Robot.Daemon.Tests.Running;

public sealed class LineLogTests : IDisposable
{
    private readonly StringWriter _output = new(CultureInfo.InvariantCulture);
    private readonly LineLog _log;

    public LineLogTests() => _log = new(_output, new FakeTimeProvider(new DateTimeOffset(2026, 11, 26, 7, 8, 9, 10, TimeSpan.Zero)));

    public void Dispose()
    {
        _log.Dispose();
        _output.Dispose();
    }

    [Fact]
    public void Log_EventsOfEachLevel_OneLineEachFromInformationUp()
    {
        var logger = _log.CreateLogger<LineLogTests>();
        foreach (var level in Enum.GetValues<LogLevel>()) logger.Log(level, default, level, null, (state, _) => $"this is {state}");
        Assert.Equal(
            ["07:08:09.010 INF this is Information", "07:08:09.010 WRN this is Warning", "07:08:09.010 ERR this is Error", "07:08:09.010 FTL this is Critical"], Lines());
    }

    [Fact]
    public void Log_DaemonsOwnEvents_AreWhatTheySay()
    {
        _log.NotGranted("memory locked", "run with CAP_IPC_LOCK");
        _log.Failed(new InvalidOperationException("no arm"), "Driving");
        var lines = Lines();
        Assert.Equal(["07:08:09.010 WRN memory locked: not granted. run with CAP_IPC_LOCK", "07:08:09.010 FTL Driving failed; the arm brakes and the daemon ends"], lines[..2]);
        Assert.Equal("System.InvalidOperationException: no arm", lines[2]);
    }

    [Fact]
    public void Log_ManyThreads_LinesStayWhole()
    {
        const int Threads = 8, Events = 500;
        Parallel.For(0, Threads, t =>
        {
            for (var i = 0; i < Events; i++) _log.NotGranted($"{t}", "x");
        });
        var lines = Lines();
        Assert.Equal(Threads * Events, lines.Length);
        Assert.All(lines, line => Assert.Matches(@"^07:08:09\.010 WRN \d: not granted\. x$", line));
    }

    private string[] Lines() => _output.ToString().TrimEnd('\n').Split('\n');
}
