namespace DepthVla.Robot.Simulation.Rendering;

/// <summary>What a simulated camera saw.</summary>
public sealed record RenderedView
{
    /// <summary>When the scene looked so, on the robot's monotonic clock.</summary>
    public required long TimeNs { get; init; }

    /// <summary>px.</summary>
    public required int Width { get; init; }

    /// <summary>px.</summary>
    public required int Height { get; init; }

    /// <summary>Red, green, blue, one byte each; rows top down without gaps.</summary>
    public required ReadOnlyMemory<byte> Rgb { get; init; }

    /// <summary>Distance along the viewing direction (not along the ray), m, rows top down; empty when it was not asked for.</summary>
    public required ReadOnlyMemory<float> Depth { get; init; }
}
