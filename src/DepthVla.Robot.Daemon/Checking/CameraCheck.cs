using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Daemon.Observing;
using DepthVla.Robot.Drivers.Cameras;

namespace DepthVla.Robot.Daemon.Checking;

/// <summary>One picture of a camera: is there one, and does it show something?</summary>
internal static class CameraCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <param name="camera">Open.</param>
    /// <param name="check">Looks at the picture, as in a run; null where that is spoilt on purpose.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<CheckRow> OfAsync(ICamera camera, FrameCheck? check, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            var frame = await camera.CaptureAsync(limit.Token);
            var fault = check?.Fault([frame], JointVector.Zero(0));
            return fault is not null ? Refused(camera.Spec.Name, fault)
                : new(Finding.Fine, "camera", $"'{camera.Spec.Name}': {frame.Width}x{frame.Height} {frame.Encoding}, {frame.Data.Length / 1024} KiB a picture");
        }
        catch (CameraException e) { return Refused(camera.Spec.Name, e.Message); }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Refused(camera.Spec.Name, $"no picture came for {Patience.TotalSeconds:0} s; check its cable and driver");
        }
    }

    public static CheckRow Refused(string camera, string why) => new(Finding.Refused, "camera", why.Contains($"'{camera}'", StringComparison.Ordinal) ? why : $"'{camera}': {why}");
}
