using System.Buffers.Binary;
using DepthVla.Robot.Imaging.Codecs;
using FsCheck;
using FsCheck.Xunit;

namespace DepthVla.Robot.Imaging.Tests.Codecs;

public sealed class JpegCodecTests
{
    // Written by another encoder (libavcodec, 4:2:0): left half red, right half blue, 16 x 8.
    private static readonly byte[] Foreign = Convert.FromBase64String("/9j/4AAQSkZJRgABAgAAAQABAAD/2wBDAAgEBAQEBAUFBQUFBQYGBgYGBgYGBgYGBgYHBwcICAgHBwcGBgcHCAgICAkJCQgICAgJCQoKCgwMCwsODg4RERT/xABOAAEAAAAAAAAAAAAAAAAAAAAGAQEAAAAAAAAAAAAAAAAAAAAGEAEAAAAAAAAAAAAAAAAAAAAAEQADAQEAAAAAAAAAAAAAAAAACEbEhf/AABEIAAgAEAMBIgACEQADEQD/2gAMAwEAAhEDEQA/ABYgXiBUstXx942YWa6uI//Z");

    private static readonly byte[] Valid = JpegCodec.Encode(Pictures.Gradient(48, 32));

    [Theory]
    [InlineData(255, 0, 0)]
    [InlineData(0, 255, 0)]
    [InlineData(0, 0, 255)]
    [InlineData(255, 255, 255)]
    [InlineData(17, 130, 200)]
    public void Decode_EncodedPlainColor_GivesTheColor(byte r, byte g, byte b)
    {
        var image = Pictures.Plain(33, 17, (r, g, b));
        Assert.InRange(Pictures.LargestDifference(image, JpegCodec.Decode(JpegCodec.Encode(image))), 0, 3);
    }

    [Theory]
    [InlineData(ChromaSubsampling.None)]
    [InlineData(ChromaSubsampling.Horizontal)]
    [InlineData(ChromaSubsampling.Both)]
    public void Decode_EncodedGradient_IsClose(ChromaSubsampling subsampling)
    {
        var image = Pictures.Gradient(80, 60);
        Assert.InRange(Pictures.LargestDifference(image, JpegCodec.Decode(JpegCodec.Encode(image, 95, subsampling))), 0, 12);
    }

    [Fact]
    public void Decode_ForeignFile_GivesItsColors()
    {
        var image = JpegCodec.Decode(Foreign);
        Assert.Equal(new ImageSize(16, 8), image.Size);
        var (red, blue) = (image[2, 4], image[13, 4]);
        Assert.True(red is { R: > 240, G: < 15, B: < 15 }, $"{red}");
        Assert.True(blue is { R: < 15, G: < 15, B: > 240 }, $"{blue}");
    }

    [Fact]
    public void Encode_LowerQualityOrLessColor_IsSmaller()
    {
        var image = Pictures.Noise(64, 64, seed: 1);
        var lengths = new[]
        {
            JpegCodec.Encode(image, 100, ChromaSubsampling.None).Length, JpegCodec.Encode(image, 90, ChromaSubsampling.None).Length,
            JpegCodec.Encode(image, 90).Length, JpegCodec.Encode(image, 30).Length,
        };
        Assert.Equal(lengths.OrderDescending(), lengths);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(101)]
    public void Encode_QualityBeyondItsRange_Throws(int quality) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => JpegCodec.Encode(Pictures.Gradient(8, 8), quality));

    [Fact]
    public void Decode_OtherSizeThanTheDestination_NamesBoth()
    {
        var error = Assert.Throws<InvalidImageException>(() => JpegCodec.Decode(Valid, new RgbImage(32, 48)));
        Assert.Equal("the JPEG is 48x32 instead of 32x48", error.Message);
    }

    [Fact]
    public void Decode_EveryTruncation_IsRefused()
    {
        var destination = new RgbImage(48, 32);
        for (var length = 0; length < Valid.Length; length++)
            Assert.Throws<InvalidImageException>(() => JpegCodec.Decode(Valid.AsSpan(0, length), destination));
    }

    [Fact]
    public void Decode_HeaderStatesAbsurdSize_IsRefusedBeforeMemoryIsTaken()
    {
        var huge = (byte[])Valid.Clone();
        var size = huge.AsSpan().IndexOf(new byte[] { 0xFF, 0xC0 }) + 5; // SOF0: length (2), precision (1), height, width
        huge.AsSpan(size, 4).Fill(0xFE);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<InvalidImageException>(() => JpegCodec.Decode(huge));

        Assert.Contains("65278x65278", error.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Property(MaxTest = 2000)]
    public bool Decode_DamagedFile_GivesPictureOrRefuses(DoNotSize<int> seed) => GivesPictureOrRefuses(Damage.Apply(Valid, seed.Item));

    [Property(MaxTest = 300)]
    public bool Decode_AnyBytes_GivesPictureOrRefuses(byte[] bytes) => GivesPictureOrRefuses(bytes) && GivesPictureOrRefuses([0xFF, 0xD8, 0xFF, .. bytes]);

    [Fact]
    public void Decode_AfterManyBrokenFiles_GivesTheSamePicture()
    {
        var expected = JpegCodec.Decode(Valid);
        for (var seed = 0; seed < 500; seed++) _ = GivesPictureOrRefuses(Damage.Apply(Valid, seed));
        Assert.True(expected.Pixels.SequenceEqual(JpegCodec.Decode(Valid).Pixels));
    }

    [Fact]
    public void Decode_FileWithoutItsQuantisation_DoesNotTakeThatOfTheFileBefore()
    {
        _ = JpegCodec.Decode(Valid);
        Assert.Throws<InvalidImageException>(() => JpegCodec.Decode(Without(marker: 0xDB, Valid)));
    }

    [Fact]
    public void Decode_FileWithoutHuffmanTables_MeansTheStandardOnes() // as many USB cameras send it
    {
        var bare = Without(marker: 0xC4, Valid);
        Assert.True(bare.Length < Valid.Length - 400);
        Assert.Equal(0, Pictures.LargestDifference(JpegCodec.Decode(Valid), JpegCodec.Decode(bare)));
    }

    [Fact]
    public void Decode_Progressive_GivesThePicture()
    {
        const int FlagProgressive = 1 << 14;
        var progressive = Encoded(Pictures.Gradient(48, 32), TurboJpeg.PixelFormatRgb, FlagProgressive | TurboJpeg.FlagAccurateDct);
        Assert.True(progressive.AsSpan().IndexOf(new byte[] { 0xFF, 0xC2 }) > 0); // SOF2
        Assert.Equal(0, Pictures.LargestDifference(JpegCodec.Decode(Valid), JpegCodec.Decode(progressive)));
    }

    [Fact]
    public void Decode_Cmyk_IsRefused()
    {
        const int PixelFormatCmyk = 11;
        var cmyk = Encoded(new RgbImage(16, 12), PixelFormatCmyk, 0); // read as 12 x 12 pixels of four bytes
        var error = Assert.Throws<InvalidImageException>(() => JpegCodec.Decode(cmyk));
        Assert.Contains("color conversion", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_ManyThreads_AllGetTheSamePicture()
    {
        var expected = JpegCodec.Decode(Valid);
        Parallel.For(0, 200, _ => Assert.True(expected.Pixels.SequenceEqual(JpegCodec.Decode(Valid).Pixels)));
    }

    [Fact]
    public void Decode_IntoDestination_AllocatesNothing()
    {
        var destination = new RgbImage(48, 32);
        Assert.Equal(0, Allocations.InSteadyState(() => JpegCodec.Decode(Valid, destination)));
    }

    /// <summary>The file less every segment of one kind.</summary>
    private static byte[] Without(byte marker, byte[] jpeg)
    {
        for (int start; (start = jpeg.AsSpan().IndexOf(new byte[] { 0xFF, marker })) >= 0;)
        {
            var end = start + 2 + BinaryPrimitives.ReadUInt16BigEndian(jpeg.AsSpan(start + 2)); // the length counts itself
            jpeg = [.. jpeg[..start], .. jpeg[end..]];
        }
        return jpeg;
    }

    private static unsafe byte[] Encoded(RgbImage image, int pixelFormat, int flags)
    {
        using var turbo = TurboJpeg.TurboHandle.ForCompressing();
        var width = pixelFormat == TurboJpeg.PixelFormatRgb ? image.Width : image.Stride / 4;
        var buffer = new byte[100_000];
        var bytes = (nuint)buffer.Length;
        fixed (byte* pixels = image.Pixels, start = buffer)
        {
            var jpeg = start;
            Assert.Equal(0, TurboJpeg.tjCompress2(
                turbo, pixels, width, image.Stride, image.Height, pixelFormat, ref jpeg, ref bytes, (int)ChromaSubsampling.Both, 90, flags | TurboJpeg.FlagNoRealloc));
        }
        return buffer[..(int)bytes];
    }

    private static bool GivesPictureOrRefuses(byte[] bytes)
    {
        try
        {
            JpegCodec.Decode(bytes, new RgbImage(48, 32));
            return true;
        }
        catch (InvalidImageException e)
        {
            return e.Message.Length > 0;
        }
    }
}
