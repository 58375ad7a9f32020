namespace DepthVla.Robot.Simulation.Rendering;

/// <summary>Whose turn it is to use OpenGL: one thread's at a time, whatever its context.</summary>
/// <remarks>
/// All contexts of a process share one screen in Mesa. When its software renderer touches a picture or a buffer it looks through what every context has still to draw, and locks only
/// the list of contexts meanwhile (llvmpipe_flush_resource, lp_texture.c, 22.3): a context that is just drawing frees what is looked at, and the process ends. The renderer spreads
/// each picture over threads of its own, so that taking turns costs little.
/// </remarks>
internal static class SharedScreen
{
    /// <summary>Held by who calls OpenGL or EGL, from the first call for a picture to the last, so that nothing of it is left to draw.</summary>
    public static readonly Lock Turn = new();
}
