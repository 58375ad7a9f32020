using System.Threading.Channels;
using DepthVla.Robot.Control.Recording;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Daemon.Options;
using DepthVla.Robot.Recording.Flight;
using DepthVla.Robot.Recording.Mcap;
using DepthVla.Robot.Settings;
using Microsoft.Extensions.Logging;

namespace DepthVla.Robot.Daemon.Flights;

/// <summary>The flight recorder of one run: always on, in memory; written to a file when asked, when something went wrong, and at the end where a folder was named.</summary>
/// <remarks>The control thread knows nothing of it: its turns are fetched from its own ring. What goes wrong here is logged, and stops nothing.</remarks>
internal sealed class FlightKeeper
{
    private const string UsualFolder = "flights";

    private static readonly TimeSpan FetchEvery = TimeSpan.FromMilliseconds(100);

    private readonly DaemonOptions _options;
    private readonly RobotContract _contract;
    private readonly RobotDescription _robot;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly FlightRing _ring;
    private readonly TickRecord[] _turns = new TickRecord[256];
    private readonly LatchWatch _latches = new();
    private TickRecorder? _source;
    private Func<PolicyInfo?> _policy = () => null;
    private long _next;

    public FlightKeeper(DaemonOptions options, RobotContract contract, RobotDescription robot, MonotonicClock clock, TimeProvider time, ILoggerFactory logs)
    {
        (_options, _contract, _robot, _time) = (options, contract, robot, time);
        _ring = new FlightRing(options.RecorderMegabytes << 20, options.RecorderSeconds);
        Recorder = new FlightRecorder(_ring, contract.Cameras, clock, EpochNs(time, clock));
        Logs = new FlightLog(logs, Recorder);
        _log = logs.CreateLogger<FlightKeeper>();
    }

    /// <summary>Where what happens is put.</summary>
    public FlightRecorder Recorder { get; }

    /// <summary>Loggers whose lines are recorded, too.</summary>
    public ILoggerFactory Logs { get; }

    /// <summary>Records and writes once to nowhere, before the arm moves.</summary>
    public void Rehearse() => FlightRehearsal.Perform(Metadata("a rehearsal", _time.GetUtcNow()));

    /// <summary>Fetches the turns of the control loop, and writes a file for each request, until cancelled.</summary>
    /// <param name="source">The newest loop's turns.</param>
    /// <param name="policy">That of the newest session; null before the first.</param>
    /// <param name="requests">Why a file shall be written.</param>
    /// <param name="stop">Ends it.</param>
    public async Task RunAsync(Func<TickRecorder> source, Func<PolicyInfo?> policy, Channel<string> requests, CancellationToken stop)
    {
        _policy = policy;
        try { await Task.WhenAll(FetchAsync(source, requests.Writer, stop), WriteAsync(requests.Reader, stop)); }
        catch (OperationCanceledException) when (stop.IsCancellationRequested) { }
        catch (Exception e) { _log.RecorderFailed(e); }
    }

    /// <summary>Fetches the last turns and, if there is a reason, writes a file. Where it is, or null. Once, after <see cref="RunAsync"/> has ended.</summary>
    /// <param name="cause">Why; null for an end like any other.</param>
    public string? End(string? cause)
    {
        Fetch(_source);
        cause ??= _latches.Cause;
        if (_options.RecorderFolder.Length > 0) cause ??= "the end of the run";
        return cause is null || _ring.End == 0 ? null : Write(cause);
    }

    private async Task FetchAsync(Func<TickRecorder> source, ChannelWriter<string> requests, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(FetchEvery);
        while (await timer.WaitForNextTickAsync(stop))
        {
            Fetch(source());
            if (_latches.TakeDue() is { } cause) requests.TryWrite(cause);
        }
    }

    // Each attempt has a loop of its own: the last turns of the one before come first.
    private void Fetch(TickRecorder? source)
    {
        FetchRest();
        if (source == _source) return;
        (_source, _next) = (source, 0);
        FetchRest();
    }

    private void FetchRest()
    {
        while (_source?.Copy(ref _next, _turns) is > 0 and var count)
        {
            Recorder.Add(_turns.AsSpan(0, count));
            _latches.See(_turns.AsSpan(0, count));
        }
    }

    private async Task WriteAsync(ChannelReader<string> requests, CancellationToken stop)
    {
        await foreach (var cause in requests.ReadAllAsync(stop)) Write(cause);
    }

    private string? Write(string cause)
    {
        var now = _time.GetUtcNow();
        var path = FlightFile.PathFor(_options.RecorderFolder.Length > 0 ? _options.RecorderFolder : UsualFolder, _options.RobotId, now);
        try
        {
            var messages = FlightFile.Write(path, _ring, Recorder, $"depthvla-daemon {ProgramOptions.Version}", Metadata(cause, now));
            _log.FlightWritten(path, messages, cause);
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _log.FlightNotWritten(path, e.Message);
            return null;
        }
    }

    private IEnumerable<McapMetadata> Metadata(string cause, DateTimeOffset now) =>
        FlightMetadata.Of(cause, now, Recorder.EpochNs, _ring.TooLarge, _options, _contract, _robot, _policy());

    private static long EpochNs(TimeProvider time, MonotonicClock clock) => (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick - clock.NowNs;
}
