using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Imaging.Codecs;
using DepthVla.Robot.Simulation.MuJoCo;
using DepthVla.Robot.Simulation.Rendering;

namespace DepthVla.Robot.Simulation;

/// <summary>A camera over the simulated table: it draws the newest state of the world whenever it is asked.</summary>
/// <remarks>While the world stands still it gives the same frame again, with the same number and time, as a camera does that hangs.</remarks>
public sealed class SimulatedCamera : ICamera
{
    private readonly Renderer _renderer;
    private readonly Func<SceneState> _newest;
    private CameraFrame? _last;

    internal SimulatedCamera(CameraSpec spec, Renderer renderer, Func<SceneState> newest) => (Spec, _renderer, _newest) = (spec, renderer, newest);

    /// <inheritdoc/>
    public CameraSpec Spec { get; }

    /// <inheritdoc/>
    public async ValueTask<CameraFrame> CaptureAsync(CancellationToken cancellationToken)
    {
        if (_last is { } last && last.CaptureTimeNs == _newest().TimeNs) return last;

        var view = await DrawAsync(withDepth: false).WaitAsync(cancellationToken).ConfigureAwait(false);
        var jpeg = Spec.Encoding == ImageEncoding.Jpeg;
        return _last = new CameraFrame
        {
            Camera = Spec.Name,
            Encoding = Spec.Encoding,
            Width = Spec.Width,
            Height = Spec.Height,
            Stride = jpeg ? 0 : view.Image.Stride,
            CaptureTimeNs = view.TimeNs,
            Sequence = (_last?.Sequence ?? 0) + 1,
            Data = jpeg ? JpegCodec.Encode(view.Image) : view.Image.Memory,
        };
    }

    /// <summary>Colour and true depth of the newest state: what no real camera gives, for tests and training.</summary>
    public Task<RenderedView> CaptureTruthAsync(CancellationToken cancellationToken) => DrawAsync(withDepth: true).WaitAsync(cancellationToken);

    /// <summary>Nothing: the world owns the renderer.</summary>
    public void Dispose()
    {
    }

    private Task<RenderedView> DrawAsync(bool withDepth) => _renderer.RenderAsync(_newest, Spec.Name, Spec.Width, Spec.Height, withDepth);
}
