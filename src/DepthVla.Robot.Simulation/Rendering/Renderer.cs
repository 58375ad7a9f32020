using DepthVla.Robot.Simulation.MuJoCo;
using DepthVla.Robot.Simulation.Realtime;

namespace DepthVla.Robot.Simulation.Rendering;

/// <summary>The render thread: it alone owns the OpenGL context and draws one request after another. Thread-safe.</summary>
public sealed class Renderer : IDisposable
{
    private readonly Requests<SceneRenderer> _requests = new();
    private readonly AutoResetEvent _wake = new(initialState: false);
    private readonly Thread _thread;
    private volatile bool _stopping;

    /// <exception cref="SimulatorUnavailableException">There is no OpenGL on this machine.</exception>
    internal Renderer(MjModel model, bool shadows)
    {
        var ready = new TaskCompletionSource();
        _thread = new Thread(() => Run(model, shadows, ready)) { Name = "sim-render", IsBackground = true };
        _thread.Start();
        ready.Task.GetAwaiter().GetResult();
    }

    internal bool IsRunning => _thread.IsAlive;

    /// <summary>Draws a scene.</summary>
    /// <param name="scene">Asked for on the render thread just before drawing, so that the picture shows the newest state.</param>
    /// <param name="camera">The camera's name in the model.</param>
    /// <param name="width">px.</param>
    /// <param name="height">px.</param>
    /// <param name="withDepth">Whether to read back depth too.</param>
    /// <exception cref="ArgumentException">There is no such camera, or the picture is too large.</exception>
    /// <exception cref="ObjectDisposedException">The renderer has ended.</exception>
    public Task<RenderedView> RenderAsync(Func<SceneState> scene, string camera, int width, int height, bool withDepth)
    {
        var view = _requests.AddAsync(renderer => renderer.Render(scene(), camera, width, height, withDepth));
        _wake.Set();
        return view;
    }

    /// <summary>Ends the thread after the picture in hand and waits for it.</summary>
    public void Dispose()
    {
        _stopping = true;
        _wake.Set();
        _thread.Join();
        _requests.End(new ObjectDisposedException(nameof(Renderer)));
    }

    private void Run(MjModel model, bool shadows, TaskCompletionSource ready)
    {
        SceneRenderer renderer;
        try
        {
            renderer = new SceneRenderer(model, shadows);
        }
        catch (SimulatorUnavailableException unavailable)
        {
            ready.SetException(unavailable);
            return;
        }

        using (renderer)
        {
            ready.SetResult();
            while (!_stopping)
            {
                _wake.WaitOne();
                _requests.Serve(renderer);
            }
        }
    }
}
