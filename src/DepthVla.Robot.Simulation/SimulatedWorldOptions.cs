using System.Collections.Immutable;
using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Simulation.Worlds;

namespace DepthVla.Robot.Simulation;

/// <summary>How a simulated world is set up.</summary>
public sealed record SimulatedWorldOptions
{
    /// <summary>What lies on the table. The blocks.</summary>
    public TabletopScene Scene { get; init; } = TabletopScene.Blocks;

    /// <summary>Lays out the objects, the arm and the light. 0.</summary>
    public int Seed { get; init; }

    /// <summary>Which of the scene's cameras, and how large, up to 640x480 px. Primary and wrist, 224x224, JPEG.</summary>
    public ImmutableArray<CameraSpec> Cameras { get; init; } =
        [new("primary", 224, 224, ImageEncoding.Jpeg), new("wrist", 224, 224, ImageEncoding.Jpeg)];

    /// <summary>Draws shadows, which takes about 1.6 times as long. Off.</summary>
    public bool Shadows { get; init; }

    /// <summary>How much physics the log keeps, 0.1 s to 1 h at 230 kB a second. 120 s.</summary>
    public TimeSpan LogLength { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>SCHED_FIFO priority asked for the physics, 1 to 99, or 0 for a normal thread; refused, it is a normal thread too. 40.</summary>
    /// <remarks>A step takes 0.07 ms of 2 ms, so little is taken from others; a control thread should have a higher one.</remarks>
    public int PhysicsPriority { get; init; } = 40;

    /// <exception cref="ArgumentException">Something cannot be used; the message lists all of it.</exception>
    internal void ThrowIfUnusable()
    {
        var problems = new List<string>();
        if (LogLength < TimeSpan.FromSeconds(0.1) || LogLength > TimeSpan.FromHours(1)) problems.Add($"LogLength is {LogLength}; expected 0.1 s to 1 h");
        if (PhysicsPriority is < 0 or > 99) problems.Add($"PhysicsPriority is {PhysicsPriority}; expected 0 to 99");
        for (var i = 0; i < Cameras.Length; i++)
        {
            var (name, width, height, _) = Cameras[i];
            if (!Scene.Cameras.Contains(name)) problems.Add($"Cameras[{i}] is '{name}'; expected one of {string.Join(", ", Scene.Cameras)}");
            if (Cameras.Take(i).Any(other => other.Name == name)) problems.Add($"Cameras[{i}] is '{name}' once more; expected each at most once");
            if (width is < 1 or > TabletopPhysics.MaxImageWidth || height is < 1 or > TabletopPhysics.MaxImageHeight)
                problems.Add($"Cameras[{i}] is {width}x{height} px; expected 1x1 to {TabletopPhysics.MaxImageWidth}x{TabletopPhysics.MaxImageHeight}");
        }
        if (problems.Count > 0) throw new ArgumentException($"The simulated world cannot be set up: {string.Join("; ", problems)}.");
    }
}
