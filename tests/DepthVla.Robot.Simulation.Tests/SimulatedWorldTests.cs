using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Simulation.Worlds;

namespace DepthVla.Robot.Simulation.Tests;

/// <summary>With the system's clock, as a user starts it.</summary>
public sealed class SimulatedWorldTests
{
    private static readonly SimulatedWorldOptions Options = new() { Cameras = [new("primary", 64, 64, ImageEncoding.Rgb8)] };

    [Fact]
    public async Task Start_InRealTime_StepsOnAGridAndShowsTheNewestState()
    {
        using var world = SimulatedWorld.Start(Options, MonotonicClock.System);
        while (world.Log.Written < 100) _ = await world.Arm.InvokeAsync(physics => physics.Steps);

        var before = world.Arm.Read().TimeNs;
        var frame = await world.Camera("primary").CaptureAsync(TestContext.Current.CancellationToken);
        var after = world.Arm.Read().TimeNs;

        Assert.InRange(frame.CaptureTimeNs, before, after);
        Assert.InRange(after, before, MonotonicClock.System.NowNs);
        Assert.Null(world.Arm.Fault);
        var log = world.Log.Snapshot();
        for (var i = 1; i < log.Length; i++)
        {
            Assert.True(log[i].TimeNs > log[i - 1].TimeNs);
            Assert.Equal(0, (log[i].TimeNs - log[i - 1].TimeNs) % TabletopPhysics.StepNs);
        }
    }

    [Fact]
    public async Task Dispose_Running_EndsBothThreads()
    {
        var world = SimulatedWorld.Start(Options, MonotonicClock.System);
        Assert.True(world.Arm.IsRunning && world.IsRendering);

        world.Dispose();

        Assert.False(world.Arm.IsRunning || world.IsRendering);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await world.Cameras[0].CaptureTruthAsync(TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await world.Arm.ResetAsync(TabletopScene.Kitchen, 1));
    }

    [Fact]
    public void Start_UnusableOptions_ListsThemAll()
    {
        var options = new SimulatedWorldOptions
        {
            LogLength = TimeSpan.Zero,
            PhysicsPriority = 100,
            Cameras = [new("ceiling", 64, 64, ImageEncoding.Rgb8), new("wrist", 641, 64, ImageEncoding.Rgb8), new("wrist", 64, 64, ImageEncoding.Rgb8)],
        };

        var message = Assert.Throws<ArgumentException>(() => SimulatedWorld.Start(options, MonotonicClock.System)).Message;

        Assert.All(
            ["LogLength", "PhysicsPriority is 100", "Cameras[0] is 'ceiling'; expected one of primary, wrist, side", "Cameras[1] is 641x64", "Cameras[2] is 'wrist' once more"],
            problem => Assert.Contains(problem, message, StringComparison.Ordinal));
    }
}
