namespace DepthVla.Robot.Drivers.Cameras;

/// <summary>A camera that cannot be opened or gives no more pictures; the message says which, why, and what to do.</summary>
public sealed class CameraException : Exception
{
    /// <summary>Tells what happened to camera <paramref name="camera"/>.</summary>
    public CameraException(string camera, string message) : base($"camera {camera}: {message}") { }

    /// <summary>The same, with what revealed it.</summary>
    public CameraException(string camera, string message, Exception innerException) : base($"camera {camera}: {message}", innerException) { }
}
