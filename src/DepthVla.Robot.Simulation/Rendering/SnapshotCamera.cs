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
    private readonly SceneRenderer _renderer;

    /// <param name="physics">What to draw; disposed after this.</param>
    /// <param name="shadows">They take about 1.6 times as long.</param>
    /// <exception cref="MuJoCo.SimulatorUnavailableException">There is no OpenGL on this machine.</exception>
    public SnapshotCamera(TabletopPhysics physics, bool shadows = false) => (_physics, _renderer) = (physics, new SceneRenderer(physics.Model, shadows));

    /// <summary>Colour and true depth (along the viewing direction, m) of the world as it is now; its time is the number of steps in ns.</summary>
    /// <param name="camera">One of <see cref="TabletopPhysics.Cameras"/>.</param>
    /// <param name="width">px.</param>
    /// <param name="height">px.</param>
    /// <param name="withDepth">Whether to read back depth too.</param>
    /// <exception cref="ArgumentException">There is no such camera, or the picture is too large.</exception>
    public RenderedView Render(string camera, int width, int height, bool withDepth = true) =>
        _renderer.Render(_physics.Scene(_physics.Steps * TabletopPhysics.StepNs), camera, width, height, withDepth);

    /// <summary>Lets the renderer go, not the world.</summary>
    public void Dispose() => _renderer.Dispose();
}
