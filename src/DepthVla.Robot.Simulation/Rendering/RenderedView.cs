using DepthVla.Robot.Imaging;

namespace DepthVla.Robot.Simulation.Rendering;

/// <summary>What a simulated camera saw.</summary>
/// <param name="TimeNs">When the scene looked so, on the robot's monotonic clock.</param>
/// <param name="Image">The picture.</param>
/// <param name="Depth">Distance along the viewing direction (not along the ray), m; rows top down; empty when it was not asked for.</param>
public sealed record RenderedView(long TimeNs, RgbImage Image, ReadOnlyMemory<float> Depth);
