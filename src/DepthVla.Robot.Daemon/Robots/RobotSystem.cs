using System.Collections.Immutable;
using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Daemon.Options;
using DepthVla.Robot.Drivers.Cameras;
using DepthVla.Robot.Simulation;
using DepthVla.Robot.Simulation.Worlds;

namespace DepthVla.Robot.Daemon.Robots;

/// <summary>The arm and the cameras that the options ask for: the simulated table, its cameras, or files in their place.</summary>
internal sealed class RobotSystem : IDisposable
{
    private static readonly TimeSpan MostLog = TimeSpan.FromMinutes(10);

    // The log of an attempt is judged when it is over: the longest attempt, and what lies between two.
    private static readonly TimeSpan AttemptLog = TimeSpan.FromSeconds(60);

    private RobotSystem(SimulatedWorld world, ImmutableArray<ICamera> cameras) => (World, Cameras) = (world, cameras);

    /// <summary>The simulated table.</summary>
    public SimulatedWorld World { get; }

    /// <summary>The arm.</summary>
    public IRobot Arm => World.Arm;

    /// <summary>The cameras, in the policy's order.</summary>
    public ImmutableArray<ICamera> Cameras { get; }

    /// <summary>Starts it. Nothing moves.</summary>
    /// <exception cref="CameraException">A camera's file cannot be shown.</exception>
    /// <exception cref="Simulation.MuJoCo.SimulatorUnavailableException">The simulator is not installed.</exception>
    public static async Task<RobotSystem> StartAsync(DaemonOptions options, MonotonicClock clock, CancellationToken cancellationToken)
    {
        var world = SimulatedWorld.Start(WorldFor(options), clock);
        var cameras = ImmutableArray.CreateBuilder<ICamera>();
        try
        {
            foreach (var unknown in options.CameraFiles.Keys.Except(world.Cameras.Select(c => c.Spec.Name)))
            {
                throw new CameraException(unknown, $"no such camera; there are {string.Join(", ", world.Cameras.Select(c => c.Spec.Name))}");
            }

            foreach (var simulated in world.Cameras)
            {
                if (options.CameraFiles.TryGetValue(simulated.Spec.Name, out var path))
                {
                    cameras.Add(await CameraFiles.OpenAsync(simulated.Spec.Name, path, clock, cancellationToken));
                    continue;
                }

                await simulated.CaptureAsync(cancellationToken); // its first picture takes long, so not within the run
                cameras.Add(simulated);
            }

            return new(world, SpoiltCameras.Spoil(cameras.ToImmutable(), options.CameraFault));
        }
        catch
        {
            foreach (var camera in cameras) camera.Dispose();
            world.Dispose();
            throw;
        }
    }

    private static SimulatedWorldOptions WorldFor(DaemonOptions options)
    {
        var length = options.Tasks.Count > 0 ? AttemptLog
            : options.Seconds > TimeSpan.Zero && options.Seconds < MostLog ? options.Seconds + TimeSpan.FromSeconds(60) : MostLog;
        var told = TabletopTask.All.FirstOrDefault(task => task.Instruction == options.Instruction); // free words may be those of another task
        return new()
        {
            Scene = (told ?? TabletopTask.Named(options.Task)).Scene, Seed = options.Seed, LogLength = length, PhysicsPriority = options.PhysicsPriority,
        };
    }

    public void Dispose()
    {
        foreach (var camera in Cameras) camera.Dispose();
        World.Dispose();
    }
}
