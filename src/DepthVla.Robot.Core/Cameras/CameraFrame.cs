namespace DepthVla.Robot.Core.Cameras;

/// <summary>How the bytes of a frame are to be read.</summary>
public enum ImageEncoding
{
    /// <summary>Baseline or progressive JPEG.</summary>
    Jpeg,

    /// <summary>Uncompressed, one byte each of red, green and blue, rows top down.</summary>
    Rgb8,
}

/// <summary>How a frame must be turned to stand upright.</summary>
public enum ImageRotation
{
    /// <summary>It is upright.</summary>
    None,

    /// <summary>A quarter turn clockwise.</summary>
    Clockwise90,

    /// <summary>Half a turn.</summary>
    Half,

    /// <summary>A quarter turn counter-clockwise.</summary>
    CounterClockwise90,
}

/// <summary>One camera of a robot and the frames it sends.</summary>
/// <param name="Name">The camera's name, unique in its robot.</param>
/// <param name="Width">px, as sent (before rotation).</param>
/// <param name="Height">px, as sent (before rotation).</param>
/// <param name="Encoding">How its frames are encoded.</param>
public sealed record CameraSpec(string Name, int Width, int Height, ImageEncoding Encoding);

/// <summary>One picture, immutable.</summary>
public sealed record CameraFrame
{
    /// <summary>The <see cref="CameraSpec.Name"/> of the camera it came from.</summary>
    public required string Camera { get; init; }

    /// <summary>How <see cref="Data"/> is to be read.</summary>
    public required ImageEncoding Encoding { get; init; }

    /// <summary>px, before rotation.</summary>
    public required int Width { get; init; }

    /// <summary>px, before rotation.</summary>
    public required int Height { get; init; }

    /// <summary>Bytes from one row to the next; 3 × width for packed rows, 0 for JPEG.</summary>
    public int Stride { get; init; }

    /// <summary>How to turn it upright.</summary>
    public ImageRotation Rotation { get; init; }

    /// <summary>When the light fell in, on the robot's monotonic clock.</summary>
    public required long CaptureTimeNs { get; init; }

    /// <summary>Counts the camera's frames; a repeated number is a repeated picture.</summary>
    public required long Sequence { get; init; }

    /// <summary>The encoded picture.</summary>
    public required ReadOnlyMemory<byte> Data { get; init; }
}

/// <summary>A source of frames. Used by the observation thread alone.</summary>
public interface ICamera : IDisposable
{
    /// <summary>Name, size and encoding of its frames; never changes.</summary>
    CameraSpec Spec { get; }

    /// <summary>The newest frame, waiting for one where none has come since the last call.</summary>
    ValueTask<CameraFrame> CaptureAsync(CancellationToken cancellationToken);
}
