using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Drivers.ArmService;
using DepthVla.Robot.Drivers.Emulation.ArmService;
using DepthVla.Robot.Drivers.UniversalRobots;

namespace DepthVla.Robot.Drivers.Tests.ArmService;

/// <summary>An emulated service on a real socket, and what waits for its arm.</summary>
public abstract class ArmServiceFixture : IAsyncLifetime
{
    private EmulatedArmService? _service;

    private protected static RobotDescription Description { get; } = UniversalRobotsModel.Ur3e.Describe();

    private protected static double[] Pose { get; } = [0.1, -1.5, 1.2, -1.3, -1.5, 0.2];

    private protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private protected EmulatedArmService Service => _service!;

    private protected EmulatedDrive Drive => Service.Drive;

    // What a busy machine needs.
    private protected ArmServiceOptions Options => new()
    {
        Address = Service.Address, CommandTimeout = TimeSpan.FromSeconds(5), StateTimeout = TimeSpan.FromSeconds(5), StartTimeout = TimeSpan.FromSeconds(30),
    };

    public async ValueTask InitializeAsync() => _service = await EmulatedArmService.StartAsync(Description, Pose);

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected Task<ArmServiceArm> Connect(ArmServiceOptions? options = null) => ArmServiceArm.ConnectAsync(options ?? Options, MonotonicClock.System, Cancel);

    private protected async Task<ArmServiceArm> Moving(ArmServiceOptions? options = null)
    {
        var arm = await Connect(options);
        await Command(arm, () => Drive.Commands > 3);
        return arm;
    }

    /// <summary>Plays the control thread, until something happens.</summary>
    private protected static async Task Command(ArmServiceArm arm, Func<bool> until)
    {
        var target = JointVector.From(Pose);
        await Until(() =>
        {
            target[0] += 1e-4;
            arm.Write(new JointCommand(MonotonicClock.System.NowNs, target));
            return until();
        });
    }

    /// <summary>Waits for what must come; how long it takes says nothing on a busy machine.</summary>
    private protected static async Task Until(Func<bool> holds)
    {
        var clock = MonotonicClock.System;
        for (var end = clock.NowNs + 60_000_000_000; !holds(); await Task.Delay(2, Cancel)) Assert.True(clock.NowNs < end, "it did not happen within a minute");
    }
}
