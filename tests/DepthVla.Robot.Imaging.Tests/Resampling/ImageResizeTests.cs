using DepthVla.Robot.Imaging.Resampling;
using FsCheck;
using FsCheck.Xunit;

namespace DepthVla.Robot.Imaging.Tests.Resampling;

public sealed class ImageResizeTests
{
    private static readonly ImageSize Target = new(28, 28);

    public static TheoryData<ImageResize> All => [new ResizeWithPad(Target), new Stretch(Target), new ShortestEdgeCrop(32, Target)];

    [Theory]
    [InlineData(640, 480, 224, 168)]
    [InlineData(480, 640, 168, 224)]
    [InlineData(224, 224, 224, 224)]
    [InlineData(100, 50, 224, 112)]
    [InlineData(8192, 1, 224, 1)]
    public void Fit_KnownSizes_KeepsTheAspect(int width, int height, int fittedWidth, int fittedHeight) =>
        Assert.Equal(new ImageSize(fittedWidth, fittedHeight), new ResizeWithPad(new(224, 224)).Fit(new(width, height)));

    [Property]
    public bool Fit_AnySizes_FillsOneSideToThePixel(PositiveInt width, PositiveInt height, PositiveInt targetWidth, PositiveInt targetHeight)
    {
        var target = new ImageSize(targetWidth.Item, targetHeight.Item);
        var fitted = new ResizeWithPad(target).Fit(new(width.Item, height.Item));
        return fitted.IsAllowed && fitted.Width <= target.Width && fitted.Height <= target.Height
            && (fitted.Width >= target.Width - 1 || fitted.Height >= target.Height - 1);
    }

    [Property(MaxTest = 100)]
    public bool ResizeWithPad_PlainPicture_IsPlainOnBlack(PositiveInt width, PositiveInt height)
    {
        var source = Pictures.Plain(width.Item, height.Item, (255, 7, 130));
        var resize = new ResizeWithPad(Target);
        var result = resize.Apply(source);

        var fitted = resize.Fit(source.Size);
        var (left, top) = ((Target.Width - fitted.Width) / 2, (Target.Height - fitted.Height) / 2);
        return Pictures.LargestDifference(result, Pictures.Of(Target.Width, Target.Height, (x, y) =>
            x >= left && x < left + fitted.Width && y >= top && y < top + fitted.Height ? (255, 7, 130) : (0, 0, 0))) == 0;
    }

    [Property(MaxTest = 100)]
    public bool Stretch_PlainPicture_StaysPlain(PositiveInt width, PositiveInt height) =>
        Pictures.LargestDifference(
            Pictures.Plain(28, 28, (255, 7, 130)), new Stretch(Target).Apply(Pictures.Plain(width.Item, height.Item, (255, 7, 130)))) == 0;

    [Fact]
    public void Stretch_SameSize_IsTheSamePicture()
    {
        var source = Pictures.Noise(28, 28, seed: 4);
        Assert.Equal(0, Pictures.LargestDifference(source, new Stretch(Target).Apply(source)));
    }

    [Theory]
    [InlineData(35, 32)]
    [InlineData(32, 47)]
    public void ShortestEdgeCrop_EdgeAsGiven_CutsOutTheMiddle(int width, int height)
    {
        var source = Pictures.Noise(width, height, seed: 5);
        var (left, top) = ((width - 28) / 2, (height - 28) / 2);
        var middle = Pictures.Of(28, 28, (x, y) => source[left + x, top + y]);
        Assert.Equal(0, Pictures.LargestDifference(middle, new ShortestEdgeCrop(32, Target).Apply(source)));
    }

    [Fact]
    public void ShortestEdgeCrop_CutLargerThanTheEdge_Throws() => Assert.Throws<ArgumentException>(() => new ShortestEdgeCrop(27, Target));

    [Fact]
    public void ShortestEdgeCrop_EndlessStrip_IsRefusedBeforeMemoryIsTaken()
    {
        var error = Assert.Throws<ArgumentException>(() => new ShortestEdgeCrop(32, Target).Apply(new RgbImage(1, 300)));
        Assert.Contains("1x300 is too long: it would be resized to 32x9600", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Depth_OfAPaddedPicture_IsUnknownInTheBars()
    {
        var depth = new DepthImage(new(4, 2), [1, 2, 3, 4, 5, 6, 7, 8]);
        ushort[] expected = [0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0];
        Assert.Equal(expected, new ResizeWithPad(new(4, 4)).Apply(depth).Millimetres.ToArray());
        Assert.Equal([1, 3, 5, 7], new Stretch(new(2, 2)).Apply(new DepthImage(new(4, 2), [1, 1, 3, 3, 5, 5, 7, 7])).Millimetres.ToArray());
        Assert.Equal([2, 3, 6, 7], new ShortestEdgeCrop(2, new(2, 2)).Apply(depth).Millimetres.ToArray());
    }

    /// <summary>Where a picture's right half is white, the depth's right half is the far one: whatever the resize does, it does to both.</summary>
    [Theory]
    [MemberData(nameof(All), DisableDiscoveryEnumeration = true)]
    public void Depth_LiesWhereThePictureDoes(ImageResize resize)
    {
        var size = new ImageSize(80, 60);
        var picture = resize.Apply(Pictures.Of(size.Width, size.Height, (x, _) => x < 40 ? (60, 60, 60) : (255, 255, 255)));
        var depth = resize.Apply(new DepthImage(size, [.. Enumerable.Range(0, size.Width * size.Height).Select(i => (ushort)(i % size.Width < 40 ? 1 : 2))]));
        Assert.Equal(resize.Target, depth.Size);
        for (var y = 0; y < Target.Height; y++)
        {
            for (var x = 0; x < Target.Width; x++)
            {
                if (Math.Abs(x - 13.5) < 3) continue;                                            // the filter's reach on either side of the edge
                var light = picture[x, y].R;
                Assert.Equal(light < 30 ? 0 : light < 160 ? 1 : 2, depth.Millimetres[y * Target.Width + x]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(All), DisableDiscoveryEnumeration = true)]
    public void Apply_UsedDestination_IsOverwrittenWhole(ImageResize resize)
    {
        var source = Pictures.Noise(50, 31, seed: 6);
        var used = Pictures.Plain(28, 28, (9, 9, 9));
        resize.Apply(source, used);
        Assert.Equal(0, Pictures.LargestDifference(resize.Apply(source), used));
    }

    [Theory]
    [MemberData(nameof(All), DisableDiscoveryEnumeration = true)]
    public void Apply_DestinationOfOtherSize_Throws(ImageResize resize) =>
        Assert.Throws<ArgumentException>(() => resize.Apply(new RgbImage(50, 31), new RgbImage(28, 27)));

    [Theory]
    [MemberData(nameof(All), DisableDiscoveryEnumeration = true)]
    public void Apply_SizeSeenBefore_AllocatesNothing(ImageResize resize)
    {
        var (source, destination) = (Pictures.Noise(50, 31, seed: 7), new RgbImage(Target));
        Assert.Equal(0, Allocations.InSteadyState(() => resize.Apply(source, destination)));
    }
}
