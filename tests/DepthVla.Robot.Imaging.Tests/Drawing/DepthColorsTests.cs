using DepthVla.Robot.Imaging.Drawing;

namespace DepthVla.Robot.Imaging.Tests.Drawing;

public sealed class DepthColorsTests
{
    private static readonly DepthRange OneToTwo = new(1, 2);

    [Fact]
    public void Paint_NearAndFar_AreWarmAndBlue()
    {
        var picture = DepthColors.Paint([1, 2], 2, 1, OneToTwo);
        Assert.True(picture[0, 0] is { R: > 200, B: < 100 }, $"near is {picture[0, 0]}");
        Assert.True(picture[1, 0] is { R: < 50, B: > 80 }, $"far is {picture[1, 0]}");
    }

    [Fact]
    public void Paint_RisingDepth_GetsDarkerAtEveryStep()
    {
        var depths = Enumerable.Range(0, 52).Select(i => 1 + i / 51f).ToArray();
        var picture = DepthColors.Paint(depths, depths.Length, 1, OneToTwo);
        var luminance = depths.Select((_, x) => 0.2126 * Light(picture[x, 0].R) + 0.7152 * Light(picture[x, 0].G) + 0.0722 * Light(picture[x, 0].B)).ToArray();
        Assert.All(luminance.Zip(luminance.Skip(1)), pair => Assert.True(pair.Second < pair.First));

        static double Light(byte value) => Math.Pow(value / 255.0, 2.2);
    }

    [Fact]
    public void Paint_BeyondTheRange_LooksLikeItsEnds()
    {
        var picture = DepthColors.Paint([0.1f, 1, 2, 99], 2, 2, OneToTwo);
        Assert.Equal(picture[1, 0], picture[0, 0]);
        Assert.Equal(picture[0, 1], picture[1, 1]);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(0)]
    [InlineData(-1)]
    public void Paint_NoDepth_IsBlack(float depth) => Assert.Equal((0, 0, 0), DepthColors.Paint([depth, 1.5f], 2, 1)[0, 0]);

    [Fact]
    public void Paint_PlainDepth_IsNear() =>
        Assert.Equal(DepthColors.Paint([1], 1, 1, OneToTwo)[0, 0], DepthColors.Paint([3, 3, 3, 3], 2, 2)[1, 1]);

    [Fact]
    public void Paint_WrongNumberOfDepths_Throws() => Assert.Throws<ArgumentException>(() => DepthColors.Paint([1, 2, 3], 2, 2));

    [Fact]
    public void Of_AHundredDepths_LeavesOutTwoAtEitherEnd()
    {
        var depths = Enumerable.Range(1, 100).Reverse().Select(i => (float)i).ToArray();
        Assert.Equal(new DepthRange(3, 98), DepthRange.Of(depths));
    }

    [Fact]
    public void Of_UnknownDepths_IgnoresThem() =>
        Assert.Equal(new DepthRange(0.5f, 2), DepthRange.Of([float.NaN, 2, -3, 0, float.PositiveInfinity, 0.5f]));

    [Fact]
    public void Of_NoDepth_IsAMetre() => Assert.Equal(new DepthRange(0, 1), DepthRange.Of([float.NaN]));
}
