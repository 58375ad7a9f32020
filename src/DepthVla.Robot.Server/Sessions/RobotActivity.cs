using System.Collections.Immutable;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Metrics;

namespace DepthVla.Robot.Server.Sessions;

/// <summary>What one robot is doing, for those who watch. Its session writes, anybody reads.</summary>
internal sealed class RobotActivity(MonotonicClock clock)
{
    private const int Remembered = 32;      // chunks: a few seconds of them

    private readonly Lock _changing = new();
    private readonly Queue<long> _answeredNs = new(Remembered);
    private Observation? _seen;
    private SeenDepth? _depth;
    private long _seenNs = clock.NowNs;
    private long _depthWantedUntilNs;
    private long _missed;

    /// <summary>Capture to sent.</summary>
    public Histogram Latency { get; } = new();

    /// <summary>What it saw last; null before that.</summary>
    public Observation? Seen => Volatile.Read(ref _seen);

    /// <summary>The depth that was last predicted for it; null where nobody asked.</summary>
    public SeenDepth? Depth => Volatile.Read(ref _depth);

    /// <summary>For how long nothing came from it, s.</summary>
    public double SilentSeconds => Math.Max(0, clock.NowNs - Volatile.Read(ref _seenNs)) * 1e-9;

    /// <summary>Observations whose budget ran out.</summary>
    public long Missed => Volatile.Read(ref _missed);

    /// <summary>Whether somebody looks at its depth.</summary>
    public bool IsDepthWanted => clock.NowNs < Volatile.Read(ref _depthWantedUntilNs);

    /// <summary>Chunks a second, over the last few seconds.</summary>
    public double RateHz
    {
        get
        {
            lock (_changing)
            {
                if (_answeredNs.Count < 2) return 0;
                var nowNs = clock.NowNs;
                var first = _answeredNs.Peek();
                var last = _answeredNs.Last();
                var mean = (last - first) / (double)(_answeredNs.Count - 1);
                return 1e9 / Math.Max(mean, nowNs - last); // who has stopped slows down
            }
        }
    }

    public void Saw(Observation observation)
    {
        Volatile.Write(ref _seen, observation);
        Volatile.Write(ref _seenNs, clock.NowNs);
    }

    public void Saw(long sequence, ImmutableArray<DepthMap> depth) => Volatile.Write(ref _depth, new(sequence, depth));

    /// <summary>A chunk was sent.</summary>
    /// <param name="latencyNs">After its capture.</param>
    /// <param name="inTime">Within its budget.</param>
    public void Answered(long latencyNs, bool inTime)
    {
        Latency.Observe(latencyNs);
        if (!inTime) Interlocked.Increment(ref _missed);
        lock (_changing)
        {
            if (_answeredNs.Count == Remembered) _answeredNs.Dequeue();
            _answeredNs.Enqueue(clock.NowNs);
        }
    }

    /// <summary>A budget was spent before inference.</summary>
    public void Expired() => Interlocked.Increment(ref _missed);

    /// <summary>Somebody looks at its depth, and will for so long.</summary>
    public void WantDepth(TimeSpan lasting) => Volatile.Write(ref _depthWantedUntilNs, clock.NowNs + lasting.Ticks * TimeSpan.NanosecondsPerTick);
}

/// <summary>Predicted depth, one map a camera.</summary>
/// <param name="Sequence">Of the observation.</param>
/// <param name="Maps">In the cameras' order.</param>
internal sealed record SeenDepth(long Sequence, ImmutableArray<DepthMap> Maps);
