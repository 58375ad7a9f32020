using System.Collections.Immutable;
using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Daemon.Options;
using DepthVla.Robot.Drivers.Cameras;
using DepthVla.Robot.Simulation;
using DepthVla.Robot.Simulation.Referee;
using DepthVla.Robot.Simulation.Worlds;

namespace DepthVla.Robot.Daemon.Robots;

/// <summary>The arm and the cameras that the options ask for.</summary>
internal sealed class RobotSystem : IDisposable
{
    private static readonly TimeSpan MostLog = TimeSpan.FromMinutes(10);

    // The log of an attempt is judged when it is over: the longest attempt, and what lies between two.
    private static readonly TimeSpan AttemptLog = TimeSpan.FromSeconds(60);

    private RobotSystem(IRobot arm, ImmutableArray<ICamera> cameras, PhysicsLog log, SimulatedWorld? world) => (Arm, Cameras, Log, World) = (arm, cameras, log, world);

    /// <summary>The arm.</summary>
    public IRobot Arm { get; }

    /// <summary>The cameras, in the policy's order.</summary>
    public ImmutableArray<ICamera> Cameras { get; }

    /// <summary>What the arm was told, and what it did: every step of the physics, or every command to a real arm.</summary>
    public PhysicsLog Log { get; }

    /// <summary>The simulated table; null where the arm is real.</summary>
    public SimulatedWorld? World { get; }

    /// <summary>Starts it. Nothing moves.</summary>
    /// <exception cref="CameraException">A camera cannot be opened.</exception>
    /// <exception cref="RobotConfigurationException">The options do not fit the arm.</exception>
    /// <exception cref="Simulation.MuJoCo.SimulatorUnavailableException">The simulator is not installed.</exception>
    /// <exception cref="Exception">The arm cannot be driven; see <see cref="Arms.CannotOpen"/>.</exception>
    public static Task<RobotSystem> StartAsync(DaemonOptions options, MonotonicClock clock, CancellationToken cancellationToken) =>
        options.Arm.IsSimulated ? SimulateAsync(options, clock, cancellationToken) : OpenAsync(options, clock, cancellationToken);

    private static async Task<RobotSystem> SimulateAsync(DaemonOptions options, MonotonicClock clock, CancellationToken cancellationToken)
    {
        var world = SimulatedWorld.Start(WorldFor(options), clock);
        var cameras = ImmutableArray.CreateBuilder<ICamera>();
        try
        {
            foreach (var simulated in world.Cameras)
            {
                if (options.Cameras.FirstOrDefault(camera => camera.Name == simulated.Spec.Name) is { } source)
                {
                    cameras.Add(await source.OpenAsync(clock, cancellationToken));
                    continue;
                }

                await simulated.CaptureAsync(cancellationToken); // its first picture takes long, so not within the run
                cameras.Add(simulated);
            }

            return new(world.Arm, SpoiltCameras.Spoil(cameras.ToImmutable(), options.CameraFault), world.Log, world);
        }
        catch
        {
            foreach (var camera in cameras) camera.Dispose();
            world.Dispose();
            throw;
        }
    }

    // The cameras first: while they start nobody commands the arm.
    private static async Task<RobotSystem> OpenAsync(DaemonOptions options, MonotonicClock clock, CancellationToken cancellationToken)
    {
        var cameras = ImmutableArray.CreateBuilder<ICamera>();
        try
        {
            foreach (var camera in options.Cameras) cameras.Add(await camera.OpenAsync(clock, cancellationToken));
            var arm = await Arms.OpenAsync(options, clock, cancellationToken);
            var log = new PhysicsLog((int)(LogLength(options).TotalSeconds * options.ControlRate));
            return new(new LoggedArm(arm, log), cameras.ToImmutable(), log, world: null);
        }
        catch
        {
            foreach (var camera in cameras) camera.Dispose();
            throw;
        }
    }

    private static TimeSpan LogLength(DaemonOptions options) => options.Tasks.Count > 0 ? AttemptLog
        : options.Seconds > TimeSpan.Zero && options.Seconds < MostLog ? options.Seconds + TimeSpan.FromSeconds(60) : MostLog;

    private static SimulatedWorldOptions WorldFor(DaemonOptions options)
    {
        var told = TabletopTask.All.FirstOrDefault(task => task.Instruction == options.Instruction); // free words may be those of another task
        return new()
        {
            Scene = (told ?? TabletopTask.Named(options.Task)).Scene, Seed = options.Seed, LogLength = LogLength(options), PhysicsPriority = options.PhysicsPriority,
        };
    }

    public void Dispose()
    {
        foreach (var camera in Cameras) camera.Dispose();
        if (World is null) Arm.Dispose();
        else World.Dispose();
    }
}
