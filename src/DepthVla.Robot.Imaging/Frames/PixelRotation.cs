using DepthVla.Robot.Core.Cameras;

namespace DepthVla.Robot.Imaging.Frames;

/// <summary>Turns a picture upright.</summary>
internal static class PixelRotation
{
    /// <summary>The size of a picture of <paramref name="size"/> after the turn.</summary>
    public static ImageSize Apply(ImageRotation rotation, ImageSize size) =>
        rotation is ImageRotation.Clockwise90 or ImageRotation.CounterClockwise90 ? size.Turned : size;

    /// <summary>Copies rows of <paramref name="size"/>, <paramref name="stride"/> bytes apart, turned, to the packed <paramref name="destination"/>.</summary>
    public static void Apply(ImageRotation rotation, ReadOnlySpan<byte> source, ImageSize size, int stride, Span<byte> destination)
    {
        // Walking the destination in order, the source walks from its first byte by one step a pixel and another a row.
        var (right, down) = (3 * (size.Width - 1), stride * (size.Height - 1));
        var (first, pixelStep, rowStep) = rotation switch
        {
            ImageRotation.Clockwise90 => (down, -stride, 3),
            ImageRotation.Half => (down + right, -3, -stride),
            ImageRotation.CounterClockwise90 => (right, stride, -3),
            _ => (0, 3, stride),
        };

        var upright = Apply(rotation, size);
        for (var y = 0; y < upright.Height; y++)
        {
            var from = first + y * rowStep;
            var row = destination.Slice(3 * upright.Width * y, 3 * upright.Width);
            if (rotation == ImageRotation.None) source.Slice(from, row.Length).CopyTo(row);
            else CopyPixels(source, from, pixelStep, row);
        }
    }

    private static void CopyPixels(ReadOnlySpan<byte> source, int from, int step, Span<byte> row)
    {
        for (var to = 0; to < row.Length; to += 3, from += step)
            source.Slice(from, 3).CopyTo(row.Slice(to, 3));
    }
}
