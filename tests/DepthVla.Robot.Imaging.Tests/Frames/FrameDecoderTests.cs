using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Imaging.Codecs;
using DepthVla.Robot.Imaging.Frames;
using DepthVla.Robot.Imaging.Tests.Codecs;
using FsCheck;
using FsCheck.Xunit;

namespace DepthVla.Robot.Imaging.Tests.Frames;

public sealed class FrameDecoderTests
{
    private static readonly RgbImage Picture = Pictures.Gradient(48, 32);

    private static readonly CameraFrame Jpeg = new()
    {
        Camera = "wrist", Encoding = ImageEncoding.Jpeg, Width = 48, Height = 32, CaptureTimeNs = 1, Sequence = 1, Data = JpegCodec.Encode(Picture, 95),
    };

    private static readonly CameraFrame Rgb = Jpeg with { Encoding = ImageEncoding.Rgb8, Stride = 144, Data = Picture.Memory };

    // 3 x 2, letters by reading order: ABC / DEF.
    [Theory]
    [InlineData(ImageRotation.None, "ABC/DEF")]
    [InlineData(ImageRotation.Clockwise90, "DA/EB/FC")]
    [InlineData(ImageRotation.Half, "FED/CBA")]
    [InlineData(ImageRotation.CounterClockwise90, "CF/BE/AD")]
    public void Decode_RotatedRgb_IsUpright(ImageRotation rotation, string expected)
    {
        var lying = Pictures.Of(3, 2, (x, y) => ('A' + 3 * y + x, x, y));
        var frame = Rgb with { Width = 3, Height = 2, Stride = 9, Data = lying.Memory, Rotation = rotation };

        var upright = FrameDecoder.Decode(frame);

        var rows = Enumerable.Range(0, upright.Height).Select(y => string.Concat(Enumerable.Range(0, upright.Width).Select(x => (char)upright[x, y].R)));
        Assert.Equal(expected, string.Join('/', rows));
        Assert.All(Enumerable.Range(0, 6), i =>
        {
            var (r, g, b) = upright[i % upright.Width, i / upright.Width];
            Assert.Equal(r - 'A', 3 * b + g);
        });
    }

    [Theory]
    [InlineData(ImageRotation.None)]
    [InlineData(ImageRotation.Clockwise90)]
    [InlineData(ImageRotation.Half)]
    [InlineData(ImageRotation.CounterClockwise90)]
    public void Decode_RotatedJpeg_IsTheRotatedPicture(ImageRotation rotation)
    {
        var fromJpeg = FrameDecoder.Decode(Jpeg with { Rotation = rotation });
        var fromRgb = FrameDecoder.Decode(Rgb with { Rotation = rotation });
        Assert.InRange(Pictures.LargestDifference(fromRgb, fromJpeg), 0, 12);
    }

    [Theory]
    [InlineData(150, true)]
    [InlineData(150, false)]
    [InlineData(144, true)]
    [InlineData(0, true)]
    public void Decode_PaddedRows_LeavesThePaddingOut(int stride, bool lastRowPadded)
    {
        var row = stride == 0 ? 144 : stride;
        var data = new byte[32 * row];
        Array.Fill(data, (byte)99);
        for (var y = 0; y < 32; y++) Picture.Row(y).CopyTo(data.AsSpan(y * row));
        if (!lastRowPadded) data = data[..(31 * row + 144)];

        var image = FrameDecoder.Decode(Rgb with { Stride = stride, Data = data });

        Assert.Equal(0, Pictures.LargestDifference(Picture, image));
    }

    public static TheoryData<CameraFrame, string> Wrong => new()
    {
        { Rgb with { Width = 0 }, "its size is 0x32; each side must be from 1 to 8192 px" },
        { Rgb with { Height = int.MaxValue }, "its size is 48x2147483647; each side must be from 1 to 8192 px" },
        { Rgb with { Stride = 143 }, "its stride is 143 bytes, but a row of 48 RGB pixels has 144; send 0 for packed rows" },
        { Rgb with { Stride = -144 }, "its stride is -144 bytes, but a row of 48 RGB pixels has 144; send 0 for packed rows" },
        { Rgb with { Data = Picture.Memory[1..] }, "48x32 RGB8 with a stride of 144 bytes needs 4608 bytes, but 4607 came; check width, height and stride" },
        { Rgb with { Width = 47, Stride = 0 }, "47x32 RGB8 with a stride of 141 bytes needs 4512 bytes, but 4608 came; check width, height and stride" },
        { Rgb with { Stride = int.MaxValue }, "48x32 RGB8 with a stride of 2147483647 bytes needs 68719476704 bytes, but 4608 came; check width, height and stride" },
        { Rgb with { Rotation = (ImageRotation)7 }, "there is no rotation 7" },
        { Rgb with { Encoding = (ImageEncoding)7 }, "there is no encoding 7; send JPEG or RGB8" },
        { Jpeg with { Width = 32, Height = 48 }, "the frame promises 32x48, but its JPEG is 48x32; send the size before rotation" },
        { Jpeg with { Data = default }, "not a JPEG that can be read (0 bytes)" },
        { Jpeg with { Data = Picture.Memory }, "not a JPEG that can be read (4608 bytes)" },
        { Jpeg with { Data = Jpeg.Data[..^40] }, "the JPEG is broken or cut short" },
        { Jpeg with { Data = Jpeg.Data[..^40], Rotation = ImageRotation.Half }, "the JPEG is broken or cut short" },
    };

    [Theory]
    [MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public void Decode_WrongFrame_NamesTheCameraAndWhatIsWrong(CameraFrame frame, string message)
    {
        var error = Assert.Throws<InvalidObservationException>(() => FrameDecoder.Decode(frame));
        Assert.Equal("frames[wrist]", error.Field);
        Assert.StartsWith($"frames[wrist]: {message}", error.Message, StringComparison.Ordinal);
    }

    [Property(MaxTest = 1000)]
    public bool Decode_DamagedJpeg_GivesPromisedSizeOrRefuses(DoNotSize<int> seed)
    {
        var frame = Jpeg with { Data = Damage.Apply(Jpeg.Data.ToArray(), seed.Item), Rotation = (ImageRotation)(seed.Item & 3) };
        try
        {
            return FrameDecoder.Decode(frame).Size == FrameDecoder.UprightSize(frame);
        }
        catch (InvalidObservationException e)
        {
            return e.Field == "frames[wrist]";
        }
    }

    [Property(MaxTest = 1000)]
    public bool Decode_AnyRgbFrame_GivesPromisedSizeOrRefuses(int width, int height, int stride, int rotation, byte[] data)
    {
        var frame = Rgb with { Width = width % 9, Height = height % 9, Stride = stride % 30, Rotation = (ImageRotation)(rotation % 5), Data = data };
        try
        {
            return FrameDecoder.Decode(frame).Size == FrameDecoder.UprightSize(frame);
        }
        catch (InvalidObservationException e)
        {
            return e.Field == "frames[wrist]";
        }
    }

    [Fact]
    public void Decode_DestinationOfOtherSize_Throws() =>
        Assert.Throws<ArgumentException>(() => FrameDecoder.Decode(Rgb with { Rotation = ImageRotation.Clockwise90 }, new RgbImage(48, 32)));

    [Theory]
    [InlineData(ImageEncoding.Jpeg, ImageRotation.None)]
    [InlineData(ImageEncoding.Jpeg, ImageRotation.Clockwise90)]
    [InlineData(ImageEncoding.Rgb8, ImageRotation.None)]
    [InlineData(ImageEncoding.Rgb8, ImageRotation.Half)]
    public void Decode_IntoDestination_AllocatesNothing(ImageEncoding encoding, ImageRotation rotation)
    {
        var frame = (encoding == ImageEncoding.Jpeg ? Jpeg : Rgb) with { Rotation = rotation };
        var destination = new RgbImage(FrameDecoder.UprightSize(frame));
        Assert.Equal(0, Allocations.InSteadyState(() => FrameDecoder.Decode(frame, destination)));
    }
}
