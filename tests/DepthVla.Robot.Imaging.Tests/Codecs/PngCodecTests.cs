using DepthVla.Robot.Imaging.Codecs;
using FsCheck;
using FsCheck.Xunit;

namespace DepthVla.Robot.Imaging.Tests.Codecs;

public sealed class PngCodecTests
{
    private static readonly byte[] Valid = PngCodec.Encode(Pictures.Gradient(24, 16));

    [Property(MaxTest = 100)]
    public bool Decode_EncodedNoise_IsTheSame(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        var image = Pictures.Noise(random.Next(1, 70), random.Next(1, 70), seed.Item);
        var decoded = PngCodec.Decode(PngCodec.Encode(image));
        return decoded.Size == image.Size && decoded.Pixels.SequenceEqual(image.Pixels);
    }

    [Theory]
    [InlineData(1, ImageSize.MaxSide)]
    [InlineData(ImageSize.MaxSide, 1)]
    public void Decode_EncodedExtremeShape_IsTheSame(int width, int height)
    {
        var image = Pictures.Noise(width, height, seed: 3);
        Assert.Equal(0, Pictures.LargestDifference(image, PngCodec.Decode(PngCodec.Encode(image))));
    }

    [Fact]
    public void Decode_Grey_IsRgb() =>
        AssertPixels(PngBytes.Of(2, 1, bitDepth: 8, PngBytes.Grey, [0, 7, 200]), (7, 7, 7), (200, 200, 200));

    [Fact]
    public void Decode_Palette_IsRgb() =>
        AssertPixels(PngBytes.Of(2, 1, bitDepth: 8, PngBytes.Palette, [0, 1, 0], palette: [9, 8, 7, 1, 2, 3]), (1, 2, 3), (9, 8, 7));

    [Fact]
    public void Decode_16Bit_KeepsTheUpperByte() =>
        AssertPixels(PngBytes.Of(1, 1, bitDepth: 16, PngBytes.Rgb, [0, 10, 10, 200, 200, 255, 255]), (10, 200, 255));

    [Fact]
    public void Decode_Alpha_LiesOnBlack() =>
        AssertPixels(PngBytes.Of(2, 1, bitDepth: 8, PngBytes.Rgba, [0, 10, 20, 30, 255, 10, 20, 30, 0]), (10, 20, 30), (0, 0, 0));

    [Fact]
    public void Decode_EveryTruncationOfItsPixels_IsRefused()
    {
        var endOfPixels = Valid.AsSpan().IndexOf("IEND"u8) - 4 - 4;
        for (var length = 0; length < endOfPixels; length++)
            Assert.Throws<InvalidImageException>(() => PngCodec.Decode(Valid.AsSpan(0, length)));
    }

    [Fact]
    public void Decode_HeaderStatesAbsurdSize_IsRefusedBeforeMemoryIsTaken()
    {
        var huge = PngBytes.Of(100_000, 100_000, bitDepth: 8, PngBytes.Rgb, [0]);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<InvalidImageException>(() => PngCodec.Decode(huge));

        Assert.Contains("100000x100000", error.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void Decode_Jpeg_SaysItIsNoPng()
    {
        var error = Assert.Throws<InvalidImageException>(() => PngCodec.Decode(JpegCodec.Encode(Pictures.Gradient(8, 8))));
        Assert.Contains("not a PNG", error.Message, StringComparison.Ordinal);
    }

    [Property(MaxTest = 1000)]
    public bool Decode_DamagedFile_GivesPictureOrRefuses(DoNotSize<int> seed) => GivesPictureOrRefuses(Damage.Apply(Valid, seed.Item));

    [Property(MaxTest = 1000)]
    public bool Decode_DamageBehindCorrectChecksums_GivesPictureOrRefuses(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        var data = new byte[random.Next(1, 200)];
        random.NextBytes(data);
        return GivesPictureOrRefuses(PngBytes.Of(
            random.Next(1, 40), random.Next(1, 40), 1 << random.Next(5), random.Next(7), data, palette: data[..Math.Min(9, data.Length)]));
    }

    [Property(MaxTest = 300)]
    public bool Decode_AnyBytes_GivesPictureOrRefuses(byte[] bytes) => GivesPictureOrRefuses(bytes) && GivesPictureOrRefuses([.. Valid[..8], .. bytes]);

    private static void AssertPixels(byte[] png, params (byte, byte, byte)[] expected)
    {
        var image = PngCodec.Decode(png);
        Assert.Equal(expected, Enumerable.Range(0, image.Width).Select(x => image[x, 0]));
    }

    private static bool GivesPictureOrRefuses(byte[] bytes)
    {
        try
        {
            return PngCodec.Decode(bytes).Size.IsAllowed;
        }
        catch (InvalidImageException e)
        {
            return e.Message.Length > 0;
        }
    }
}
