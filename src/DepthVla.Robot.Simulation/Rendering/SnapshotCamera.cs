using DepthVla.Robot.Simulation.MuJoCo;
using DepthVla.Robot.Simulation.Worlds;

namespace DepthVla.Robot.Simulation.Rendering;

/// <summary>Draws a world on the calling thread, as it is at that moment. Lives on the one thread that owns the world; that thread disposes it.</summary>
/// <remarks>Worlds with a camera of this kind may run side by side, in threads or processes, one of each a thread.</remarks>
/// <example><code>
/// using var physics = new TabletopPhysics();
/// using var camera = new SnapshotCamera(physics);
/// physics.Teleport(TabletopScene.Blocks, seed);
/// var view = camera.Render("primary", 112, 112);
/// </code></example>
public sealed class SnapshotCamera : IDisposable
{
    private readonly TabletopPhysics _physics;
    private readonly bool _shadows;

    // Of the model that was drawn last: a thread has one OpenGL context at a time.
    private MjModel _model;
    private SceneRenderer _renderer;

    /// <param name="physics">What to draw; disposed after this.</param>
    /// <param name="shadows">They take about 1.6 times as long.</param>
    /// <exception cref="SimulatorUnavailableException">There is no OpenGL on this machine.</exception>
    public SnapshotCamera(TabletopPhysics physics, bool shadows = false) =>
        (_physics, _shadows, _model, _renderer) = (physics, shadows, physics.Model, new SceneRenderer(physics.Model, shadows));

    /// <summary>Colour and true depth (along the viewing direction, m) of the world as it is now; its time is the number of steps in ns.</summary>
    /// <param name="camera">One of the <see cref="TabletopScene.Cameras"/> of the scene.</param>
    /// <param name="width">px.</param>
    /// <param name="height">px.</param>
    /// <param name="withDepth">Whether to read back depth too.</param>
    /// <exception cref="ArgumentException">There is no such camera, or the picture is too large.</exception>
    public RenderedView Render(string camera, int width, int height, bool withDepth = true)
    {
        if (_physics.Model != _model) Renew();
        return _renderer.Render(_physics.Scene(_physics.Steps * TabletopPhysics.StepNs), camera, width, height, withDepth);
    }

    /// <summary>Lets the renderer go, not the world.</summary>
    public void Dispose() => _renderer.Dispose();

    private void Renew()
    {
        _renderer.Dispose();
        (_model, _renderer) = (_physics.Model, new SceneRenderer(_physics.Model, _shadows));
    }
}
