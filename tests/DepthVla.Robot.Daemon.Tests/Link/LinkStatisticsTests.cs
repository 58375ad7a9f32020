using DepthVla.Robot.Contracts.Events;
using DepthVla.Robot.Control.Plans;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Daemon.Link;

namespace DepthVla.Robot.Daemon.Tests.Link;

public sealed class LinkStatisticsTests
{
    private const long Ms = 1_000_000;

    [Fact]
    public void Report_EveryFateOnce_AccountsForEveryObservation()
    {
        var statistics = new LinkStatistics();
        statistics.SessionOpened();
        for (var i = 0; i < 7; i++) statistics.Sent(displacedAnother: i == 1);
        statistics.Answered(Chunk(), 60 * Ms, 210 * Ms);
        foreach (var result in Enum.GetValues<UnansweredResult>()) statistics.Unanswered(result);

        var report = statistics.Report();
        Assert.Equal((1, 7, 1), (report.Sessions, report.Observations, report.Chunks));
        Assert.Equal((2, 1, 2, 1), (report.Superseded, report.DeadlineMisses, report.Failed, report.Unanswered));
    }

    [Theory]
    [InlineData(210 * Ms, 0)]
    [InlineData(210 * Ms + 1, 1)]
    public void Report_ChunkAtTheBudgetsEnd_IsMissedOnlyAfterIt(long latencyNs, long misses)
    {
        var statistics = new LinkStatistics();
        statistics.Sent(false);
        statistics.Answered(Chunk(), latencyNs, 210 * Ms);
        Assert.Equal(misses, statistics.Report().DeadlineMisses);
    }

    [Fact]
    public void Report_Latencies_ArePercentilesInMilliseconds()
    {
        var statistics = new LinkStatistics();
        for (var ms = 1; ms <= 100; ms++) statistics.Answered(Chunk(), ms * Ms, 210 * Ms);
        var report = statistics.Report();
        Assert.Equal((50, 95, 99, 100), ((int)Math.Round(report.P50Ms), (int)Math.Round(report.P95Ms), (int)Math.Round(report.P99Ms), (int)Math.Round(report.MaxMs)));
        Assert.Equal(7, report.StageMs[Stage.Denoise], 0.1);
    }

    [Fact]
    public void Report_Nothing_IsAllZeros()
    {
        var report = new LinkStatistics().Report();
        Assert.Equal((0, 0, 0, 0.0, 0.0), (report.Observations, report.Chunks, report.Unanswered, report.P50Ms, report.MaxMs));
    }

    [Fact]
    public void Refused_Chunk_IsCountedApart()
    {
        var statistics = new LinkStatistics();
        statistics.Refused(RefusalReason.Expired);
        Assert.Equal((1, 0), (statistics.Report().ChunksRefused, statistics.Report().Failed));
    }

    private static ActionChunk Chunk()
    {
        var timings = default(StageTimings);
        timings[Stage.Denoise] = 7 * Ms;
        return new()
        {
            BasedOnSequence = 1, FirstStepTimeNs = 1, StepPeriodNs = Ms, StepValidNs = Ms, Steps = 1, Dims = 1, Actions = new float[1],
            ModelHash = "hash", NoiseSeed = 1, Timings = timings,
        };
    }
}
