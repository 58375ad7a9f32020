using System.Collections.Concurrent;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Drivers.Emulation.UniversalRobots;
using DepthVla.Robot.Drivers.UniversalRobots;

namespace DepthVla.Robot.Drivers.Tests.UniversalRobots;

/// <summary>An emulated controller, and an arm on it.</summary>
public abstract class UniversalRobotsFixture : IAsyncDisposable
{
    private protected EmulatedController Controller { get; } = new();

    private protected ConcurrentQueue<string> Said { get; } = new();

    private protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private protected UniversalRobotsOptions Options => new()
    {
        Host = "127.0.0.1", Description = UniversalRobotsModel.Ur5e.Describe(), ReversePort = 0, Frequency = 125, Say = Said.Enqueue,
        RtdePort = Controller.RtdePort, ScriptPort = Controller.ScriptPort, DashboardPort = Controller.DashboardPort,
        StateTimeout = TimeSpan.FromSeconds(5), StartTimeout = TimeSpan.FromSeconds(30), MissedReads = 50, MaxTargetStep = 1,
    };

    public async ValueTask DisposeAsync()
    {
        await Controller.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected Task<UniversalRobotsArm> Connect(UniversalRobotsOptions? options = null) =>
        UniversalRobotsArm.ConnectAsync(options ?? Options, MonotonicClock.System, Cancel);

    private protected async Task<UniversalRobotsException> Refused(UniversalRobotsOptions? options = null) =>
        await Assert.ThrowsAsync<UniversalRobotsException>(() => Connect(options));

    /// <summary>Waits for what must come; how long it takes says nothing on a busy machine.</summary>
    private protected static async Task Until(Func<bool> holds)
    {
        var clock = MonotonicClock.System;
        for (var end = clock.NowNs + 60_000_000_000; !holds(); await Task.Delay(2, Cancel)) Assert.True(clock.NowNs < end, "it did not happen within a minute");
    }

    /// <summary>Plays the control thread: moves joint 0 by steps of half a mrad until told otherwise.</summary>
    private protected static async Task Drive(UniversalRobotsArm arm, Func<bool> until)
    {
        var target = arm.Read().Positions;
        await Until(() =>
        {
            target[0] += 0.0005;
            arm.Write(new JointCommand(MonotonicClock.System.NowNs, target));
            return until() || arm.Fault is not null || target[0] > 6;
        });
        Assert.True(until(), arm.Fault ?? "the arm was driven to the end of its range before it happened");
    }
}
