using System.Runtime.InteropServices;
using DepthVla.Robot.Imaging;
using DepthVla.Robot.Simulation.MuJoCo;

namespace DepthVla.Robot.Simulation.Rendering;

/// <summary>Draws scene states with MuJoCo's renderer. Lives on one thread: the OpenGL context belongs to it.</summary>
internal sealed unsafe class SceneRenderer : IDisposable
{
    private const int MaxGeoms = 1000;

    private readonly EglContext _gl = new();
    private readonly MjModel _model;
    private readonly MjData _data;
    private readonly byte* _scene, _context, _option, _perturb, _camera;
    private readonly int _maxWidth, _maxHeight;

    /// <param name="model">What to draw.</param>
    /// <param name="shadows">They take about 1.6 times as long.</param>
    public SceneRenderer(MjModel model, bool shadows)
    {
        _model = model;
        var held = false;
        model.Handle.DangerousAddRef(ref held); // whoever disposes the model while a picture is being drawn does not free it yet
        _data = new MjData(model);
        _scene = Struct("mjvScene");
        _context = Struct("mjrContext");
        _option = Struct("mjvOption");
        _perturb = Struct("mjvPerturb");
        _camera = Struct("mjvCamera");

        MuJoCoApi.mjv_defaultOption(_option);
        MuJoCoApi.mjv_defaultPerturb(_perturb);
        MuJoCoApi.mjv_defaultCamera(_camera);
        MuJoCoApi.mjv_defaultScene(_scene);
        MuJoCoApi.mjv_makeScene(model.Handle, _scene, MaxGeoms);
        MuJoCoApi.mjr_defaultContext(_context);
        const int fontScale = 50;
        lock (SharedScreen.Turn) MuJoCoApi.mjr_makeContext(model.Handle, _context, fontScale); // the first one fills OpenGL's global function table, too

        _scene[At("mjvScene.flags") + model.Layout.Constant("mjRND_SHADOW")] = shadows ? (byte)1 : (byte)0;
        _scene[At("mjvScene.flags") + model.Layout.Constant("mjRND_REFLECTION")] = 0;
        *(int*)(_camera + At("mjvCamera.type")) = model.Layout.Constant("mjCAMERA_FIXED");

        var offscreen = model.Layout.Constant("mjFB_OFFSCREEN");
        MuJoCoApi.mjr_setBuffer(offscreen, _context);
        if (*(int*)(_context + At("mjrContext.currentBuffer")) != offscreen)
            throw new SimulatorUnavailableException("OpenGL has no offscreen framebuffer. Install Mesa's drivers (Debian: apt-get install libgl1-mesa-dri).");
        (_maxWidth, _maxHeight) = (*(int*)(_context + At("mjrContext.offWidth")), *(int*)(_context + At("mjrContext.offHeight")));
    }

    /// <summary>Draws <paramref name="state"/> as <paramref name="camera"/> sees it.</summary>
    /// <exception cref="ArgumentException">There is no such camera, or the picture is too large.</exception>
    public RenderedView Render(in SceneState state, string camera, int width, int height, bool withDepth)
    {
        if (width < 1 || height < 1 || width > _maxWidth || height > _maxHeight)
            throw new ArgumentException($"A picture of {width}x{height} px was asked for; 1x1 to {_maxWidth}x{_maxHeight} can be rendered.", nameof(width));

        *(int*)(_camera + At("mjvCamera.fixedcamid")) = _model.Camera(camera);
        state.CopyTo(_data);
        _data.UpdatePoses();
        MuJoCoApi.mjv_updateScene(_model.Handle, _data.Handle, _option, _perturb, _camera, _model.Layout.Constant("mjCAT_ALL"), _scene);

        var view = new MjrRect(0, 0, width, height);
        var rgb = new byte[3 * width * height];
        var depth = withDepth ? new float[width * height] : [];
        int error;
        fixed (byte* rgbStart = rgb)
        fixed (float* depthStart = depth)
        {
            lock (SharedScreen.Turn)
            {
                MuJoCoApi.mjr_render(view, _scene, _context);
                MuJoCoApi.mjr_readPixels(rgbStart, depthStart, view, _context); // waits until all is drawn
                error = MuJoCoApi.mjr_getError();
            }
        }

        if (error != 0) throw new InvalidOperationException($"OpenGL error 0x{error:X4} while rendering camera '{camera}'.");

        Brighten(rgb, state.Brightness);
        FlipRows(rgb, 3 * width);
        FlipRows(depth, width);
        ToMetres(depth);
        return new(state.TimeNs, new RgbImage(width, height, rgb), depth);
    }

    public void Dispose()
    {
        lock (SharedScreen.Turn) MuJoCoApi.mjr_freeContext(_context);
        MuJoCoApi.mjv_freeScene(_scene);
        foreach (var block in (ReadOnlySpan<nint>)[(nint)_scene, (nint)_context, (nint)_option, (nint)_perturb, (nint)_camera]) NativeMemory.Free((void*)block);
        _data.Dispose();
        _model.Handle.DangerousRelease();
        _gl.Dispose();
    }

    // OpenGL's first row is the bottom one.
    private static void FlipRows<T>(Span<T> pixels, int stride)
    {
        Span<T> spare = new T[stride];
        for (int top = 0, bottom = pixels.Length - stride; top < bottom; top += stride, bottom -= stride)
        {
            pixels.Slice(top, stride).CopyTo(spare);
            pixels.Slice(bottom, stride).CopyTo(pixels[top..]);
            spare.CopyTo(pixels[bottom..]);
        }
    }

    // On the picture and not on the lights: their fields lie elsewhere in every MuJoCo release.
    private static void Brighten(Span<byte> pixels, double gain)
    {
        if (gain == 1) return;
        Span<byte> brightened = stackalloc byte[256];
        for (var i = 0; i < brightened.Length; i++) brightened[i] = (byte)Math.Min(255, Math.Round(i * gain));
        foreach (ref var pixel in pixels) pixel = brightened[pixel];
    }

    // The depth buffer d runs from 0 at the near plane to 1 at the far one, linear in 1/z.
    private void ToMetres(Span<float> depth)
    {
        var (near, far) = _model.ClipPlanes;
        var slope = 1 - (near / far);
        foreach (ref var d in depth) d = (float)(near / (1 - (d * slope)));
    }

    private byte* Struct(string name) => (byte*)NativeMemory.AllocZeroed((nuint)_model.Layout.SizeOf(name));

    private int At(string field) => _model.Layout[field].Offset;
}
