using DepthVla.Robot.Imaging.Resampling;
using FsCheck;
using FsCheck.Xunit;

namespace DepthVla.Robot.Imaging.Tests.Resampling;

public sealed class ResamplerTests
{
    // Two passes, each rounded: the first half a byte, kept by positive weights and up to 1.5 times as large by cubic ones; the second another half.
    [Property(MaxTest = 200)]
    public bool Resize_AnySizes_IsTheFloatResamplersRounded(int seed, bool bicubic)
    {
        var random = new Random(seed);
        var (from, to) = (new ImageSize(random.Next(1, 40), random.Next(1, 40)), new ImageSize(random.Next(1, 40), random.Next(1, 40)));
        var filter = bicubic ? ResampleFilter.Bicubic : ResampleFilter.Bilinear;
        var source = Pictures.Of(from.Width, from.Height, (_, _) => (random.Next(64, 192), random.Next(64, 192), random.Next(64, 192))); // no clipping

        var result = new byte[to.Bytes];
        Resampler.Resize(source, to, filter, result, 3 * to.Width);

        var exact = FloatResampler.Resize(Array.ConvertAll(source.Pixels.ToArray(), b => (double)b), from, to, filter, antialias: true);
        return result.Zip(exact).All(pair => Math.Abs(pair.First - pair.Second) <= (bicubic ? 1.25 : 1.001));
    }

    [Fact]
    public void Resize_BicubicAcrossAnEdge_IsClippedToBytes()
    {
        var edge = Pictures.Of(4, 1, (x, _) => x < 2 ? (0, 0, 0) : (255, 255, 255));
        var result = new byte[3 * 16];
        Resampler.Resize(edge, new(16, 1), ResampleFilter.Bicubic, result, result.Length);
        Assert.Equal((0, 255), (result[3 * 5], result[3 * 10]));
    }

    [Property(MaxTest = 50)]
    public bool Resize_WiderStride_LeavesTheGapsAlone(PositiveInt width, PositiveInt height)
    {
        var size = new ImageSize(width.Item % 20 + 1, height.Item % 20 + 1);
        var stride = 3 * size.Width + 5;
        var result = new byte[stride * size.Height];
        Array.Fill(result, (byte)99);

        Resampler.Resize(Pictures.Plain(9, 7, (1, 2, 3)), size, ResampleFilter.Bilinear, result, stride);

        return Enumerable.Range(0, result.Length).All(i => result[i] == (i % stride < 3 * size.Width ? i % stride % 3 + 1 : 99));
    }
}
