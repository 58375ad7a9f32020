using DepthVla.Robot.Metrics;

namespace DepthVla.Robot.Server.Tests.Metrics;

public sealed class BucketsTests
{
    [Theory]
    [InlineData(0.5, 1.5)]      // the second of four, in the middle of its bucket
    [InlineData(0.25, 1)]
    [InlineData(0.75, 2)]
    [InlineData(0.99, 4)]       // above the edges nothing is known
    public void Quantile_EvenlySpreadWithinABucket(double share, double expected) =>
        Assert.Equal(expected, new Buckets([1, 2, 4], [1, 2, 0, 1], sum: 9).Quantile(share), 12);

    [Fact]
    public void Since_TakesAwayWhatWasBefore()
    {
        var histogram = new Histogram([1, 2], unit: 1);
        histogram.Observe(1);
        var before = histogram.Read();
        histogram.Observe(2);
        var since = histogram.Read().Since(before);
        Assert.Equal([0, 1, 0], since.Counts.ToArray());
        Assert.Equal((2, 2), (since.Sum, since.Mean));
    }

    [Fact]
    public void Quantile_OfNothing_IsZero() => Assert.Equal((0, 0), (new Histogram().Read().Quantile(0.99), new Histogram().Read().Mean));

    [Fact]
    public void AtMost_WhatIsNoEdge_IsRefused() => Assert.Throws<ArgumentException>(() => new Histogram().Read().AtMost(0.22));
}
