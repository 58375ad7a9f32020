using DepthVla.Robot.Contracts.Events;
using DepthVla.Robot.Control.Plans;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Metrics;
using HdrHistogram;

namespace DepthVla.Robot.Daemon.Link;

/// <summary>What became of the observations. Written by the link, read by reports. Thread-safe.</summary>
internal sealed class LinkStatistics
{
    private const long MaxNs = 3_600_000_000_000;

    private readonly Lock _gate = new();
    private readonly LongHistogram _latency = new(MaxNs, 3);
    private readonly LongHistogram[] _stages = [.. Enum.GetValues<Stage>().Select(_ => new LongHistogram(MaxNs, 3))];
    private readonly Dictionary<UnansweredResult, long> _unanswered = [];
    private readonly Dictionary<RefusalReason, long> _refused = [];
    private long _lastNs;
    private long _sent;
    private long _displaced;
    private long _late;
    private long _unreached;
    private long _withheld;
    private int _sessions;

    /// <summary>Capture to chunk received.</summary>
    public Histogram Latency { get; } = new();

    internal void Sent(bool displacedAnother)
    {
        lock (_gate)
        {
            _sent++;
            if (displacedAnother) _displaced++;
        }
    }

    /// <summary>Steps of a chunk whose tool pose the arm's plan misses.</summary>
    internal void Unreached(int steps)
    {
        lock (_gate) _unreached += steps;
    }

    /// <summary>An observation was not sent for what a camera showed.</summary>
    internal void Withheld()
    {
        lock (_gate) _withheld++;
    }

    internal void SessionOpened()
    {
        lock (_gate) _sessions++;
    }

    internal void Unanswered(UnansweredResult result)
    {
        lock (_gate) _unanswered[result] = _unanswered.GetValueOrDefault(result) + 1;
    }

    internal void Refused(RefusalReason reason)
    {
        lock (_gate) _refused[reason] = _refused.GetValueOrDefault(reason) + 1;
    }

    /// <summary>A chunk came <paramref name="latencyNs"/> after its observation was captured.</summary>
    internal void Answered(ActionChunk chunk, long latencyNs, long budgetNs)
    {
        Latency.Observe(latencyNs);
        lock (_gate)
        {
            _lastNs = latencyNs;
            _latency.RecordValue(Math.Clamp(latencyNs, 1, MaxNs));
            if (latencyNs > budgetNs) _late++;
            foreach (var stage in Enum.GetValues<Stage>()) _stages[(int)stage].RecordValue(Math.Clamp(chunk.Timings[stage], 1, MaxNs));
        }
    }

    internal LinkReport Report()
    {
        lock (_gate)
        {
            var superseded = _displaced + _unanswered.GetValueOrDefault(UnansweredResult.Superseded);
            var expired = _unanswered.GetValueOrDefault(UnansweredResult.Expired);
            var failed = _unanswered.GetValueOrDefault(UnansweredResult.Invalid) + _unanswered.GetValueOrDefault(UnansweredResult.Failed);
            return new(
                _sessions, _sent, _latency.TotalCount, superseded, _late + expired, failed,
                _sent - _latency.TotalCount - superseded - expired - failed, _refused.Values.Sum(), _unreached, _withheld,
                _lastNs / 1e6, Quantile(_latency, 50), Quantile(_latency, 95), Quantile(_latency, 99), _latency.TotalCount == 0 ? 0 : _latency.GetMaxValue() / 1e6,
                Enum.GetValues<Stage>().ToDictionary(s => s, s => Quantile(_stages[(int)s], 50)));
        }
    }

    private static double Quantile(LongHistogram histogram, double percent) => histogram.TotalCount == 0 ? 0 : histogram.GetValueAtPercentile(percent) / 1e6;
}

/// <summary>The link's numbers at one moment.</summary>
/// <param name="Sessions">Sessions opened.</param>
/// <param name="Observations">Observations handed to a session.</param>
/// <param name="Chunks">Chunks received.</param>
/// <param name="Superseded">Observations that a newer one overtook, here or on the server.</param>
/// <param name="DeadlineMisses">Observations whose chunk came after the budget, or never because it was spent.</param>
/// <param name="Failed">Observations the server could not use or answer.</param>
/// <param name="Unanswered">Observations without any answer so far: on their way, or lost with their session.</param>
/// <param name="ChunksRefused">Chunks that made no plan.</param>
/// <param name="StepsUnreached">Steps of tool poses, in chunks that were solved, whose pose the joint positions miss.</param>
/// <param name="Withheld">Observations that were not sent for what a camera showed.</param>
/// <param name="LastMs">The newest chunk's way: capture to chunk received, ms; 0 before the first.</param>
/// <param name="P50Ms">Capture to chunk received, ms.</param>
/// <param name="P95Ms">The same.</param>
/// <param name="P99Ms">The same.</param>
/// <param name="MaxMs">The same.</param>
/// <param name="StageMs">Median of each stage, ms.</param>
internal sealed record LinkReport(
    int Sessions, long Observations, long Chunks, long Superseded, long DeadlineMisses, long Failed, long Unanswered, long ChunksRefused, long StepsUnreached, long Withheld,
    double LastMs, double P50Ms, double P95Ms, double P99Ms, double MaxMs, IReadOnlyDictionary<Stage, double> StageMs);
