using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Imaging;
using DepthVla.Robot.Imaging.Codecs;
using DepthVla.Robot.Simulation.Rendering;
using DepthVla.Robot.Simulation.Worlds;

namespace DepthVla.Robot.Learning.Evaluation.Rollouts;

/// <summary>A table to try policies at, with its cameras, used for one attempt after the other. For the thread that made it.</summary>
public sealed class EvaluationWorld : IDisposable
{
    /// <summary>What the cameras of the simulated robot send.</summary>
    internal static readonly ImageSize PictureSize = new(224, 224);

    // Made when first needed: some policies look at nothing.
    private SnapshotCamera? _camera;

    /// <summary>The table.</summary>
    /// <exception cref="Simulation.MuJoCo.SimulatorUnavailableException">The simulator is not installed.</exception>
    public TabletopPhysics Physics { get; } = new();

    /// <inheritdoc/>
    public void Dispose()
    {
        _camera?.Dispose();
        Physics.Dispose();
    }

    /// <summary>What a camera sees now, as the simulated robot sends it: JPEG.</summary>
    /// <exception cref="ArgumentException">There is no such camera.</exception>
    internal byte[] Capture(string camera) => JpegCodec.Encode(Render(camera, withDepth: false).Image);

    /// <summary>How far away everything is that a camera sees now.</summary>
    /// <exception cref="ArgumentException">There is no such camera.</exception>
    internal TrueDepth TrueDepth(string camera) => new(camera, PictureSize.Width, PictureSize.Height, Render(camera, withDepth: true).Depth);

    private RenderedView Render(string camera, bool withDepth) =>
        (_camera ??= new SnapshotCamera(Physics)).Render(camera, PictureSize.Width, PictureSize.Height, withDepth);
}
