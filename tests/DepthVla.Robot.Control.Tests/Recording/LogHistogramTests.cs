using DepthVla.Robot.Control.Recording;
using FsCheck;
using FsCheck.Xunit;

namespace DepthVla.Robot.Control.Tests.Recording;

public sealed class LogHistogramTests
{
    [Fact]
    public void Percentile_Nothing_IsZero() => Assert.Equal(0, new LogHistogram().Percentile(0.99));

    [Fact]
    public void Percentile_OneToAThousand_IsRightToThreePercent()
    {
        var histogram = Of(Enumerable.Range(1, 1000).Select(i => (long)i));
        Assert.InRange(histogram.Percentile(0.5), 500, 515);
        Assert.InRange(histogram.Percentile(0.99), 990, 1000);
        Assert.Equal((1000, 1000, 1000), (histogram.Percentile(1), histogram.Max, histogram.Count));
    }

    [Property(MaxTest = 500)]
    public void AtMost_AnyValues_CountsNoneAboveAndAllThatAreThreePercentBelow(DoNotSize<ulong>[] any, DoNotSize<ulong> edge)
    {
        long[] values = [.. any.Select((v, i) => (long)(v.Item >> (20 + i % 44)))];
        var most = (long)(edge.Item >> (20 + (int)(edge.Item % 44)));
        var (histogram, counted) = (Of(values), Of(values).AtMost(most));
        Assert.InRange(counted, values.Count(v => v + (v / 32) < most), values.Count(v => v <= most));
        Assert.Equal((values.Length, values.Sum()), (histogram.AtMost(long.MaxValue), histogram.Sum));
    }

    [Property(MaxTest = 500)]
    public void Percentile_AnyValues_IsTheRankedOneUpToThreePercentAbove(DoNotSize<ulong>[] any, byte rank)
    {
        if (any.Length == 0) return;
        long[] values = [.. any.Select((v, i) => (long)(v.Item >> (20 + i % 44)))];
        var share = (1 + rank) / 256.0;
        var exact = values.Order().ElementAt((int)Math.Ceiling(share * values.Length) - 1);
        Assert.InRange(Of(values).Percentile(share), exact, exact + exact / 32);
    }

    [Fact]
    public void Add_Extremes_CountsThem()
    {
        var histogram = Of([long.MinValue, -1, 0, long.MaxValue]);
        Assert.Equal((4, long.MaxValue, 0), (histogram.Count, histogram.Max, histogram.Percentile(0.75)));
    }

    private static LogHistogram Of(IEnumerable<long> values)
    {
        var histogram = new LogHistogram();
        foreach (var value in values) histogram.Add(value);
        return histogram;
    }
}
