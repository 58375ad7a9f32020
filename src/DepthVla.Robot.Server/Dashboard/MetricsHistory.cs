using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Metrics;
using DepthVla.Robot.Server.Metrics;

namespace DepthVla.Robot.Server.Dashboard;

/// <summary>What all histograms had counted at one moment.</summary>
internal sealed record MetricsMoment(long TimeNs, Buckets Latency, Buckets Age, Buckets Queue, IReadOnlyList<Buckets> Stages, Buckets Batch, long Missed);

/// <summary>The metrics of the last ten minutes, one look every five seconds: what a page shows that is opened after something happened. Any thread reads.</summary>
internal sealed class MetricsHistory(ServerMetrics metrics, MonotonicClock clock, TimeProvider time) : BackgroundService
{
    /// <summary>From look to look.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromSeconds(5);

    private const int Kept = 121;

    /// <summary>When it began to look.</summary>
    public long StartNs { get; } = clock.NowNs;

    private readonly Lock _changing = new();
    private readonly Queue<MetricsMoment> _moments = new(Kept);

    /// <summary>How things stand now.</summary>
    public MetricsMoment Now => new(clock.NowNs, metrics.ChunkLatency.Read(), metrics.ObservationAge.Read(), metrics.Queue.Read(),
        [.. metrics.Inference.Members.Select(stage => stage.Value.Read())], metrics.BatchSize.Read(), metrics.DeadlineMissed.Members.Sum(where => where.Value.Value));

    /// <summary>What was kept, the oldest first.</summary>
    public IReadOnlyList<MetricsMoment> Moments
    {
        get { lock (_changing) return [.. _moments]; }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Step, time);
        try
        {
            do Keep(Now);
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            // the server ends
        }
    }

    private void Keep(MetricsMoment moment)
    {
        lock (_changing)
        {
            if (_moments.Count == Kept) _moments.Dequeue();
            _moments.Enqueue(moment);
        }
    }
}
