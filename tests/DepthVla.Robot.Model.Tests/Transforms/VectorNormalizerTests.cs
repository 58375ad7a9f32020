using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Transforms;
using FsCheck;
using FsCheck.Xunit;

namespace DepthVla.Robot.Model.Tests.Transforms;

/// <summary>Against openpi's formulas, written out as it writes them.</summary>
public sealed class VectorNormalizerTests
{
    /// <summary>Thousandths, so that the numbers are those of joints and not of FsCheck's whole range of doubles.</summary>
    private const double Unit = 1e-3;

    private const double DoubleRounding = 2.22e-16;

    [Property]
    public bool Normalize_ZScore_IsTheFormula(int x, int mean, NonNegativeInt std) => Near(
        (x * Unit - mean * Unit) / (std.Get * Unit + 1e-6), ZScore(mean * Unit, std.Get * Unit).Normalize(x * Unit, 0));

    [Property]
    public bool Restore_ZScore_IsTheFormula(int y, int mean, NonNegativeInt std) => Near(
        y * (std.Get * Unit + 1e-6) + mean * Unit, ZScore(mean * Unit, std.Get * Unit).Restore(y, 0));

    // Ours folds the two factors into one, so that the numbers cancel otherwise: 1 and the quotient bound the error.
    [Property]
    public bool Normalize_Quantile_IsTheFormula(int x, int low, NonNegativeInt width)
    {
        var (q01, q99) = (low * Unit, (low + (long)width.Get) * Unit);
        return Near((x * Unit - q01) / (q99 - q01 + 1e-6) * 2 - 1, Quantile(q01, q99).Normalize(x * Unit, 0), (Math.Abs(x * Unit) + Math.Abs(q01)) / (q99 - q01 + 1e-6));
    }

    [Property]
    public bool Restore_Quantile_IsTheFormula(int y, int low, NonNegativeInt width)
    {
        var (q01, q99) = (low * Unit, (low + (long)width.Get) * Unit);
        return Near((y + 1) / 2.0 * (q99 - q01 + 1e-6) + q01, Quantile(q01, q99).Restore(y, 0), Math.Abs(y) * (q99 - q01) + Math.Abs(q01));
    }

    [Property]
    public bool Restore_OfNormalize_IsTheValue(int x, int centre, NonNegativeInt width)
    {
        var (value, low, high) = (x * Unit, centre * Unit, (centre + (long)width.Get) * Unit);
        var scale = Math.Abs(value) + Math.Abs(low) + Math.Abs(high);
        return new[] { ZScore(low, width.Get * Unit), Quantile(low, high) }.All(n => Near(value, n.Restore(n.Normalize(value, 0), 0), scale));
    }

    /// <summary>A joint that never moved: its one value is 0 (z-score) or −1 (quantile), and a step of 1e-6 is one unit more, or two.</summary>
    [Fact]
    public void Normalize_ZeroWidth_StaysFiniteAndUsesEpsilonAsTheWidth()
    {
        var (z, q) = (ZScore(0.25, 0), Quantile(0.25, 0.25));
        Assert.Equal((0, -1), (z.Normalize(0.25, 0), Math.Round(q.Normalize(0.25, 0), 9)));
        Assert.Equal(1, z.Normalize(0.25 + 1e-6, 0), 1e-9);
        Assert.Equal(1, q.Normalize(0.25 + 1e-6, 0), 1e-9);
        Assert.Equal(0.25, z.Restore(0, 0), 1e-15);
        Assert.Equal(0.25, q.Restore(-1, 0), 1e-15);
        Assert.Equal(0.25 + 3e-6, z.Restore(3, 0), 1e-12); // what a network makes up moves such a joint by micrometres
    }

    [Fact]
    public void Normalize_Quantiles_AreMinusOneAndOne()
    {
        var n = Quantile(-0.5, 1.5);
        Assert.Equal(-1, n.Normalize(-0.5, 0), 1e-12);
        Assert.Equal(1, n.Normalize(1.5, 0), 2e-6);
        Assert.Equal(3, n.Normalize(3.5, 0), 4e-6);                      // beyond them it goes on: nothing is clipped
    }

    [Fact]
    public void Normalize_SeveralDimensions_EachHasItsOwn()
    {
        var n = new VectorNormalizer(new DimensionStats { Mean = [1, 10], Std = [2, 5] }, NormalizationMethod.ZScore);
        Assert.Equal(2, n.Count);
        Assert.Equal((1, 2), (Math.Round(n.Normalize(3, 0), 5), Math.Round(n.Normalize(20, 1), 5)));
    }

    private static VectorNormalizer ZScore(double mean, double std) => new(new DimensionStats { Mean = [mean], Std = [std] }, NormalizationMethod.ZScore);

    // Mean and deviation that would be noticed.
    private static VectorNormalizer Quantile(double q01, double q99) =>
        new(new DimensionStats { Mean = [777], Std = [0.777], Q01 = [q01], Q99 = [q99] }, NormalizationMethod.Quantile);

    /// <summary>Within a few roundings of float64 at the size of the largest number in the sum.</summary>
    private static bool Near(double expected, double actual, double scale = 0) =>
        Math.Abs(actual - expected) <= 8 * DoubleRounding * (Math.Abs(expected) + scale + 1);
}
