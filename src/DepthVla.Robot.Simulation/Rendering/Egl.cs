using System.Runtime.InteropServices;

namespace DepthVla.Robot.Simulation.Rendering;

/// <summary>The few EGL functions that give OpenGL without a display, literally.</summary>
internal static partial class Egl
{
    public const int OpenGlApi = 0x30A2, PlatformSurfacelessMesa = 0x31DD;
    public const int None = 0x3038, SurfaceType = 0x3033, PbufferBit = 1, RenderableType = 0x3040, OpenGlBit = 8;

    private const string Library = "libEGL.so.1";

    [LibraryImport(Library)]
    public static partial nint eglGetPlatformDisplay(int platform, nint nativeDisplay, nint attributes);

    [LibraryImport(Library)]
    public static partial int eglInitialize(nint display, out int major, out int minor);

    [LibraryImport(Library)]
    public static partial int eglBindAPI(int api);

    [LibraryImport(Library)]
    public static partial int eglChooseConfig(nint display, ReadOnlySpan<int> attributes, out nint config, int size, out int found);

    [LibraryImport(Library)]
    public static partial nint eglCreateContext(nint display, nint config, nint shared, ReadOnlySpan<int> attributes);

    [LibraryImport(Library)]
    public static partial int eglMakeCurrent(nint display, nint draw, nint read, nint context);

    [LibraryImport(Library)]
    public static partial int eglDestroyContext(nint display, nint context);

    [LibraryImport(Library)]
    public static partial int eglReleaseThread();

    [LibraryImport(Library)]
    public static partial int eglGetError();
}
