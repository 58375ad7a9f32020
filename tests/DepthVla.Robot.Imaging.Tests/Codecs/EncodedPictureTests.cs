using DepthVla.Robot.Imaging.Codecs;

namespace DepthVla.Robot.Imaging.Tests.Codecs;

public sealed class EncodedPictureTests
{
    [Fact]
    public void Decode_JpegOrPng_IsTold()
    {
        var image = Pictures.Gradient(24, 16);
        var (jpeg, png) = (JpegCodec.Encode(image), PngCodec.Encode(image));
        Assert.Equal(0, Pictures.LargestDifference(JpegCodec.Decode(jpeg), EncodedPicture.Decode(jpeg)));
        Assert.Equal(0, Pictures.LargestDifference(image, EncodedPicture.Decode(png)));
        Assert.Equal((image.Size, image.Size), (EncodedPicture.ReadSize(jpeg), EncodedPicture.ReadSize(png)));
    }

    [Fact]
    public void Decode_Neither_SaysHowItBegins()
    {
        byte[] gif = [.. "GIF89a"u8];
        Assert.Equal("neither JPEG nor PNG (6 bytes, beginning 47494638)", Assert.Throws<InvalidImageException>(() => EncodedPicture.Decode(gif)).Message);
        Assert.Equal("there is no picture: 0 bytes", Assert.Throws<InvalidImageException>(() => EncodedPicture.ReadSize([])).Message);
    }

    [Fact]
    public void ReadSize_AbsurdPng_IsRefused()
    {
        var png = PngBytes.Of(100_000, 1, bitDepth: 8, PngBytes.Rgb, [0]);
        Assert.Throws<InvalidImageException>(() => EncodedPicture.ReadSize(png));
    }
}
