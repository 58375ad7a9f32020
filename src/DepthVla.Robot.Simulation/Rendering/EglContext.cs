using DepthVla.Robot.Simulation.MuJoCo;

namespace DepthVla.Robot.Simulation.Rendering;

/// <summary>An OpenGL context without window or display, current on the thread that made it. That thread disposes it.</summary>
internal sealed class EglContext : IDisposable
{
    private readonly nint _display, _context;

    /// <exception cref="SimulatorUnavailableException">There is no EGL, or it has no OpenGL without a display.</exception>
    public EglContext()
    {
        using var turn = SharedScreen.Turn.EnterScope();
        try
        {
            // The display is shared by the process and never terminated: another renderer may be using it.
            _display = Egl.eglGetPlatformDisplay(Egl.PlatformSurfacelessMesa, 0, 0);
            Check(_display != 0, "eglGetPlatformDisplay");
            Check(Egl.eglInitialize(_display, out _, out _), "eglInitialize");
            Check(Egl.eglBindAPI(Egl.OpenGlApi), "eglBindAPI");
            ReadOnlySpan<int> wanted = [Egl.SurfaceType, Egl.PbufferBit, Egl.RenderableType, Egl.OpenGlBit, Egl.None];
            Check(Egl.eglChooseConfig(_display, wanted, out var config, 1, out var found), "eglChooseConfig");
            Check(found > 0, "eglChooseConfig");
            _context = Egl.eglCreateContext(_display, config, 0, [Egl.None]);
            Check(_context != 0, "eglCreateContext");
            Check(Egl.eglMakeCurrent(_display, 0, 0, _context), "eglMakeCurrent");
        }
        catch (DllNotFoundException missing)
        {
            throw new SimulatorUnavailableException(
                "EGL is missing, so cameras cannot be rendered. Install it (Debian: apt-get install libegl1 libegl-mesa0 libgl1-mesa-dri).", missing);
        }
    }

    public void Dispose()
    {
        using var turn = SharedScreen.Turn.EnterScope();
        Check(Egl.eglMakeCurrent(_display, 0, 0, 0), "eglMakeCurrent");
        Check(Egl.eglDestroyContext(_display, _context), "eglDestroyContext");
        Check(Egl.eglReleaseThread(), "eglReleaseThread");
    }

    private static void Check(int status, string call) => Check(status != 0, call);

    private static void Check(bool succeeded, string call)
    {
        if (succeeded) return;
        throw new SimulatorUnavailableException(
            $"{call} failed with EGL error 0x{Egl.eglGetError():X4}: there is no OpenGL without a display. " +
            "Install Mesa's drivers (Debian: apt-get install libegl1 libegl-mesa0 libgl1-mesa-dri).");
    }
}
