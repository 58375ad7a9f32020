using System.Runtime.InteropServices;

namespace DepthVla.Robot.Simulation.MuJoCo;

/// <summary>A rectangle of pixels, from the bottom left.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct MjrRect(int Left, int Bottom, int Width, int Height);

/// <summary>MuJoCo's functions, literally. Structs stay opaque: their layout differs in nearly every release.</summary>
/// <remarks>A failure inside these functions does not return: it ends the process, see <see cref="Faults"/>.</remarks>
internal static unsafe partial class MuJoCoApi
{
    public const string Library = "mujoco";

    [LibraryImport(Library)]
    public static partial int mj_version();

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial MjModelHandle mj_loadXML(string filename, nint vfs, byte* error, int errorSize);

    [LibraryImport(Library)]
    public static partial void mj_deleteModel(nint model);

    [LibraryImport(Library)]
    public static partial MjDataHandle mj_makeData(MjModelHandle model);

    [LibraryImport(Library)]
    public static partial void mj_deleteData(nint data);

    [LibraryImport(Library)]
    public static partial void mj_resetData(MjModelHandle model, MjDataHandle data);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int mj_name2id(MjModelHandle model, int type, string name);

    /// <summary>Everything that depends on positions and velocities alone.</summary>
    [LibraryImport(Library)]
    public static partial void mj_step1(MjModelHandle model, MjDataHandle data);

    /// <summary>Everything that depends on the controls, then the integration.</summary>
    [LibraryImport(Library)]
    public static partial void mj_step2(MjModelHandle model, MjDataHandle data);

    [LibraryImport(Library)]
    public static partial void mj_kinematics(MjModelHandle model, MjDataHandle data);

    [LibraryImport(Library)]
    public static partial void mj_comPos(MjModelHandle model, MjDataHandle data);

    [LibraryImport(Library)]
    public static partial void mj_camlight(MjModelHandle model, MjDataHandle data);

    [LibraryImport(Library)]
    public static partial void mjv_defaultCamera(void* camera);

    [LibraryImport(Library)]
    public static partial void mjv_defaultOption(void* option);

    [LibraryImport(Library)]
    public static partial void mjv_defaultPerturb(void* perturb);

    [LibraryImport(Library)]
    public static partial void mjv_defaultScene(void* scene);

    [LibraryImport(Library)]
    public static partial void mjv_makeScene(MjModelHandle model, void* scene, int maxGeoms);

    [LibraryImport(Library)]
    public static partial void mjv_freeScene(void* scene);

    [LibraryImport(Library)]
    public static partial void mjv_updateScene(
        MjModelHandle model, MjDataHandle data, void* option, void* perturb, void* camera, int categories, void* scene);

    [LibraryImport(Library)]
    public static partial void mjr_defaultContext(void* context);

    [LibraryImport(Library)]
    public static partial void mjr_makeContext(MjModelHandle model, void* context, int fontScale);

    [LibraryImport(Library)]
    public static partial void mjr_freeContext(void* context);

    [LibraryImport(Library)]
    public static partial void mjr_setBuffer(int framebuffer, void* context);

    [LibraryImport(Library)]
    public static partial void mjr_render(MjrRect viewport, void* scene, void* context);

    [LibraryImport(Library)]
    public static partial void mjr_readPixels(byte* rgb, float* depth, MjrRect viewport, void* context);

    [LibraryImport(Library)]
    public static partial int mjr_getError();
}
