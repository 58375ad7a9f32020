using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Imaging.Codecs;

namespace DepthVla.Robot.Imaging.Frames;

/// <summary>A camera's frame to an upright picture. Thread-safe.</summary>
/// <exception cref="InvalidObservationException">The frame is not what it says; the field is "frames[camera]".</exception>
/// <exception cref="DllNotFoundException">libturbojpeg is not installed.</exception>
public static class FrameDecoder
{
    /// <summary>The size of the frame's picture once it is upright, as promised by the frame.</summary>
    public static ImageSize UprightSize(CameraFrame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        return PixelRotation.Apply(frame.Rotation, new(frame.Width, frame.Height));
    }

    /// <summary>The frame's picture.</summary>
    public static RgbImage Decode(CameraFrame frame)
    {
        Check(frame);
        var image = new RgbImage(UprightSize(frame));
        DecodeChecked(frame, image);
        return image;
    }

    /// <summary>The same, overwriting <paramref name="destination"/> of <see cref="UprightSize"/>. Allocates nothing.</summary>
    /// <exception cref="ArgumentException">The destination has another size.</exception>
    public static void Decode(CameraFrame frame, RgbImage destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        Check(frame);
        destination.ThrowUnlessSized(UprightSize(frame), nameof(destination));
        DecodeChecked(frame, destination);
    }

    /// <summary>The same into the picture of a frame before, where that has the size; else into a new one.</summary>
    public static void Decode(CameraFrame frame, [NotNull] ref RgbImage? picture)
    {
        if (picture?.Size == UprightSize(frame)) Decode(frame, picture);
        else picture = Decode(frame);
    }

    private static void DecodeChecked(CameraFrame frame, RgbImage destination)
    {
        var size = new ImageSize(frame.Width, frame.Height);
        var data = frame.Data.Span;
        if (frame.Encoding == ImageEncoding.Rgb8) PixelRotation.Apply(frame.Rotation, data, size, RowBytes(frame), destination.Writable);
        else if (frame.Rotation == ImageRotation.None) DecodeJpeg(frame, size, destination.Writable);
        else
        {
            var lying = ArrayPool<byte>.Shared.Rent(size.Bytes);
            try
            {
                DecodeJpeg(frame, size, lying);
                PixelRotation.Apply(frame.Rotation, lying, size, 3 * size.Width, destination.Writable);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(lying);
            }
        }
    }

    private static void DecodeJpeg(CameraFrame frame, ImageSize size, Span<byte> pixels)
    {
        try
        {
            JpegCodec.DecodePixels(frame.Data.Span, size, pixels);
        }
        catch (InvalidImageException e)
        {
            throw Invalid(frame, e.Message, e);
        }
    }

    /// <summary>Everything that can be told without decoding, and before memory is taken.</summary>
    private static void Check(CameraFrame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        var size = new ImageSize(frame.Width, frame.Height);
        if (!size.IsAllowed) throw Invalid(frame, $"its size is {size}; each side must be from 1 to {ImageSize.MaxSide} px");
        if (!Enum.IsDefined(frame.Rotation)) throw Invalid(frame, $"there is no rotation {(int)frame.Rotation}");
        switch (frame.Encoding)
        {
            case ImageEncoding.Rgb8: CheckRgb(frame, size); break;
            case ImageEncoding.Jpeg: CheckJpeg(frame, size); break;
            default: throw Invalid(frame, $"there is no encoding {(int)frame.Encoding}; send JPEG or RGB8");
        }
    }

    private static void CheckRgb(CameraFrame frame, ImageSize size)
    {
        var row = 3 * size.Width;
        if (frame.Stride != 0 && frame.Stride < row)
            throw Invalid(frame, $"its stride is {frame.Stride} bytes, but a row of {size.Width} RGB pixels has {row}; send 0 for packed rows");

        // The last row may end with its pixels or with its padding; anything else means that the size or stride is not the picture's.
        var least = (long)RowBytes(frame) * (size.Height - 1) + row;
        var most = (long)RowBytes(frame) * size.Height;
        if (frame.Data.Length < least || frame.Data.Length > most)
        {
            throw Invalid(
                frame,
                $"{size} RGB8 with a stride of {RowBytes(frame)} bytes needs {most} bytes, but {frame.Data.Length} came; check width, height and stride");
        }
    }

    private static void CheckJpeg(CameraFrame frame, ImageSize size)
    {
        ImageSize actual;
        try
        {
            actual = JpegCodec.ReadSize(frame.Data.Span);
        }
        catch (InvalidImageException e)
        {
            throw Invalid(frame, e.Message, e);
        }
        if (actual != size) throw Invalid(frame, $"the frame promises {size}, but its JPEG is {actual}; send the size before rotation");
    }

    private static int RowBytes(CameraFrame frame) => frame.Stride == 0 ? 3 * frame.Width : frame.Stride;

    private static InvalidObservationException Invalid(CameraFrame frame, string message, Exception? cause = null)
    {
        var field = $"frames[{frame.Camera}]";
        return cause is null ? new(field, message) : new(field, message, cause);
    }
}
