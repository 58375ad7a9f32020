using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Daemon.Options;
using DepthVla.Robot.Daemon.Robots;
using DepthVla.Robot.Drivers.Cameras;
using DepthVla.Robot.Daemon.Running;
using DepthVla.Robot.Imaging;
using DepthVla.Robot.Imaging.Codecs;
using DepthVla.Robot.Simulation.Referee;

namespace DepthVla.Robot.Daemon.Tests.Robots;

public sealed class RobotSystemTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("depthvla-cameras-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task StartAsync_FolderOfPictures_NoneIsShownBeforeTheRun()
    {
        foreach (var name in (string[])["1.png", "2.png"]) await File.WriteAllBytesAsync(Path.Combine(_folder, name), PngCodec.Encode(new RgbImage(32, 24)), TestContext.Current.CancellationToken);
        var options = new DaemonOptions { Cameras = [new CameraSource("primary", _folder)], Seconds = TimeSpan.FromSeconds(1) };
        using var robot = await RobotSystem.StartAsync(options, MonotonicClock.System, TestContext.Current.CancellationToken);

        Assert.Equal(["primary", "wrist"], robot.Cameras.Select(c => c.Spec.Name));
        Assert.Equal(1, (await robot.Cameras[0].CaptureAsync(TestContext.Current.CancellationToken)).Sequence);
    }

    /// <summary>What a real arm is told is judged as the simulated one's is: a command too far shows, and nothing is allocated to see it.</summary>
    [Fact]
    public async Task StartAsync_Mirror_LogsEveryCommandForTheReferee()
    {
        await File.WriteAllBytesAsync(Path.Combine(_folder, "1.png"), PngCodec.Encode(new RgbImage(32, 24)), TestContext.Current.CancellationToken);
        var options = new DaemonOptions { Arm = ArmKind.Named("mirror")!, Cameras = [new CameraSource("primary", _folder)], Seconds = TimeSpan.FromSeconds(1) };
        using var robot = await RobotSystem.StartAsync(options, MonotonicClock.System, TestContext.Current.CancellationToken);
        using var accounts = new PhysicsAccounts(options, robot);
        Assert.Null(robot.World);

        var command = new JointCommand(MonotonicClock.System.NowNs, robot.Arm.Read().Positions);
        for (var i = 0; i < 10; i++) Write(ref command, step: 0);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) Write(ref command, step: 0);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        accounts.Settle();
        Assert.Equal(111, accounts.Steps);
        Assert.Empty(accounts.Violations);

        Write(ref command, step: 0.5);
        accounts.Settle();
        Assert.Equal(112, accounts.Steps);
        Assert.Contains(accounts.Violations, violation => violation is { Kind: ViolationKind.CommandVelocity, Joint: "waist" });

        void Write(ref JointCommand command, double step)
        {
            var positions = robot.Arm.Read().Positions;
            positions[0] += step;
            command = new(command.TimeNs + 2_000_000, positions);
            robot.Arm.Write(in command);
        }
    }
}
