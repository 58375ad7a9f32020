using DepthVla.Robot.Data.Statistics;
using FsCheck;
using FsCheck.Xunit;

namespace DepthVla.Robot.Data.Tests.Statistics;

public sealed class RunningStatisticsTests
{
    [Property(MaxTest = 100)]
    public void Result_AnyRows_IsThatOfDirectComputation(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        var (dimensions, count) = (random.Next(1, 5), random.Next(1, 400));
        var (scale, offset) = (Math.Pow(10, random.Next(-3, 4)), Math.Pow(10, random.Next(-3, 7)));
        var rows = Enumerable.Range(0, count * dimensions).Select(_ => (float)(offset + scale * (random.NextDouble() - 0.5))).ToArray();
        var statistics = new RunningStatistics(dimensions);
        for (var at = 0; at < count;)
        {
            var several = Math.Min(random.Next(1, 8), count - at);
            statistics.Add(rows.AsSpan(at * dimensions, several * dimensions));
            at += several;
        }

        var result = statistics.Result();
        Assert.Equal(count, result.Count);
        for (var d = 0; d < dimensions; d++)
        {
            double[] values = [.. Enumerable.Range(0, count).Select(i => (double)rows[i * dimensions + d]).Order()];
            var mean = values.Average();
            Assert.Equal(mean, result.Mean[d], 1e-12 * Math.Abs(mean));
            Assert.Equal(Math.Sqrt(values.Average(x => (x - mean) * (x - mean))), result.Std[d], 1e-9 * offset);
            Assert.Equal((values[0], values[^1]), (result.Min[d], result.Max[d]));
            Assert.Equal(Quantile(values, 0.01), result.Q01[d], 1e-9 * offset);
            Assert.Equal(Quantile(values, 0.99), result.Q99[d], 1e-9 * offset);
        }
    }

    /// <summary>More than are kept as they are; the range grows on the way, in both directions.</summary>
    [Theory]
    [InlineData(1, 0)]
    [InlineData(1e-3, 1000)]
    [InlineData(1e4, -5)]
    public void Quantiles_ManyRows_AreWithinABin(double scale, double offset)
    {
        var random = new Random(7);
        const int Count = 400_000;
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        var values = Enumerable.Range(0, Count).Select(i => (float)(offset + scale * (1 + 40.0 * i / Count) * Normal())).ToArray();
        var statistics = new RunningStatistics(1);
        statistics.Add(values);

        double[] sorted = [.. values.Select(value => (double)value).Order()];
        var bin = (sorted[^1] - sorted[0]) / 8192;
        Assert.Equal(Quantile(sorted, 0.01), statistics.Result().Q01[0], bin);
        Assert.Equal(Quantile(sorted, 0.99), statistics.Result().Q99[0], bin);
    }

    [Fact]
    public void Quantiles_AllAlikeForLong_StillGrow()
    {
        var statistics = new RunningStatistics(1);
        statistics.Add(Enumerable.Repeat(0.25f, 100_000).ToArray());
        Assert.Equal(0.25, statistics.Result().Q99[0], 1e-4);
        statistics.Add(Enumerable.Repeat(-1e6f, 100_000).ToArray());
        Assert.Equal(-1e6, statistics.Result().Q01[0], 1e6 / 4096);
        Assert.Equal(0.25, statistics.Result().Q99[0], 1e6 / 4096);
    }

    [Fact]
    public void Add_NotFiniteOrHalfARow_IsRefusedAndCountsNothing()
    {
        var statistics = new RunningStatistics(2);
        Assert.Throws<ArgumentException>(() => statistics.Add([1, 2, 3]));
        Assert.Throws<ArgumentException>(() => statistics.Add([1, 2, 3, float.NaN]));
        Assert.Equal(0, statistics.Count);
        Assert.Throws<InvalidOperationException>(() => statistics.Result());
    }

    private static double Quantile(double[] sorted, double q)
    {
        var place = q * (sorted.Length - 1);
        var below = (int)Math.Floor(place);
        return sorted[below] + (place - below) * (sorted[Math.Min(below + 1, sorted.Length - 1)] - sorted[below]);
    }
}
