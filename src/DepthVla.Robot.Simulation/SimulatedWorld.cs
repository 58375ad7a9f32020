using System.Collections.Immutable;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Simulation.Realtime;
using DepthVla.Robot.Simulation.Referee;
using DepthVla.Robot.Simulation.Rendering;
using DepthVla.Robot.Simulation.Worlds;

namespace DepthVla.Robot.Simulation;

/// <summary>A table, an arm and its cameras, running in real time.</summary>
/// <example><code>
/// using var world = SimulatedWorld.Start(new SimulatedWorldOptions { Seed = 7 }, MonotonicClock.System);
/// world.Arm.Write(new JointCommand(now, goal));
/// var frame = await world.Camera("primary").CaptureAsync(cancellationToken);
/// </code></example>
public sealed class SimulatedWorld : IDisposable
{
    private readonly Renderer _renderer;

    private SimulatedWorld(SimulatedWorldOptions options, MonotonicClock clock, IDeadline deadline)
    {
        options.ThrowIfUnusable();
        Log = new PhysicsLog((int)(options.LogLength.Ticks * TimeSpan.NanosecondsPerTick / TabletopPhysics.StepNs));
        var physics = new TabletopPhysics();
        physics.Reset(options.Scene, options.Seed);
        Arm = new SimulatedArm(physics, Log, clock, deadline);
        try
        {
            _renderer = new Renderer(physics.Model, options.Shadows);
        }
        catch
        {
            Arm.Dispose();
            throw;
        }
        Cameras = [.. options.Cameras.Select(spec => new SimulatedCamera(spec, _renderer, Arm.Scene))];
        Arm.Start(options.PhysicsPriority);
    }

    /// <summary>The arm.</summary>
    public SimulatedArm Arm { get; }

    /// <summary>The cameras, in the order of the options.</summary>
    public ImmutableArray<SimulatedCamera> Cameras { get; }

    /// <summary>What the physics did, step by step.</summary>
    public PhysicsLog Log { get; }

    internal bool IsRendering => _renderer.IsRunning;

    /// <summary>Starts a world in real time.</summary>
    /// <param name="options">How it is set up.</param>
    /// <param name="clock">The robot's clock; the system's.</param>
    /// <exception cref="ArgumentException">An option cannot be used; the message lists all that cannot.</exception>
    /// <exception cref="MuJoCo.SimulatorUnavailableException">MuJoCo or OpenGL is missing; the message says what to install.</exception>
    public static SimulatedWorld Start(SimulatedWorldOptions options, MonotonicClock clock) => new(options, clock, new MonotonicDeadline());

    /// <summary>The same with another way to wait, which must go with the clock.</summary>
    public static SimulatedWorld Start(SimulatedWorldOptions options, MonotonicClock clock, IDeadline deadline) => new(options, clock, deadline);

    /// <summary>The camera of this name.</summary>
    /// <exception cref="ArgumentException">The options name no such camera.</exception>
    public SimulatedCamera Camera(string name) =>
        Cameras.FirstOrDefault(camera => camera.Spec.Name == name)
        ?? throw new ArgumentException($"This world has no camera '{name}'; it has {string.Join(", ", Cameras.Select(camera => camera.Spec.Name))}.", nameof(name));

    /// <summary>Ends both threads and lets the world go.</summary>
    public void Dispose()
    {
        _renderer.Dispose();
        Arm.Dispose();
    }
}
