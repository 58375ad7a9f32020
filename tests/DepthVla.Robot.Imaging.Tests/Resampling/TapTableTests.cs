using DepthVla.Robot.Imaging.Resampling;
using FsCheck;
using FsCheck.Xunit;

namespace DepthVla.Robot.Imaging.Tests.Resampling;

public sealed class TapTableTests
{
    [Fact]
    public void Weights_HalvingBilinearAntialiased_AreAStretchedTriangleCutAtTheEnd()
    {
        var taps = new TapTable(4, 2, ResampleFilter.Bilinear, antialias: true);
        Assert.Equal([0, 1], [taps.First(0), taps.First(1)]);
        AssertClose([3 / 7.0, 3 / 7.0, 1 / 7.0], taps.Weights(0));
        AssertClose([1 / 7.0, 3 / 7.0, 3 / 7.0], taps.Weights(1));
    }

    [Fact]
    public void Weights_HalvingBilinearNotAntialiased_AreTheTwoNeighbours()
    {
        var taps = new TapTable(8, 4, ResampleFilter.Bilinear, antialias: false);
        Assert.Equal(2, taps.First(1));
        AssertClose([0.5, 0.5], taps.Weights(1));
    }

    [Fact]
    public void Weights_DoublingBicubic_AreKeys()
    {
        // The centre of new pixel 4 lies a quarter pixel before the centre of old pixel 2.
        var taps = new TapTable(6, 12, ResampleFilter.Bicubic, antialias: true);
        Assert.Equal(0, taps.First(4));
        AssertClose([-0.0234375, 0.2265625, 0.8671875, -0.0703125], taps.Weights(4));
    }

    [Property]
    public bool Weights_AnySizes_AreFixedPointOfOneInAll(PositiveInt from, PositiveInt to, bool bicubic, bool antialias)
    {
        var taps = new TapTable(from.Item, to.Item, bicubic ? ResampleFilter.Bicubic : ResampleFilter.Bilinear, antialias);
        return Enumerable.Range(0, taps.Length).All(i =>
            taps.First(i) >= 0 && taps.First(i) + taps.Weights(i).Length <= from.Item
            && Math.Abs(taps.Weights(i).ToArray().Sum() - 1) < 1e-12
            && Math.Abs(taps.FixedWeights(i).ToArray().Sum() - (1 << TapTable.FractionBits)) <= taps.Weights(i).Length);
    }

    [Fact]
    public void Antialiased_AskedAgain_IsTheSameTable() =>
        Assert.Same(TapTable.Antialiased(91, 17, ResampleFilter.Bilinear), TapTable.Antialiased(91, 17, ResampleFilter.Bilinear));

    private static void AssertClose(double[] expected, ReadOnlySpan<double> actual) =>
        Assert.Equal(expected, actual.ToArray(), (a, b) => Math.Abs(a - b) < 1e-15);
}
