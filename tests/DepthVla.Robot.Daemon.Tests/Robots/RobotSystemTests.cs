using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Daemon.Options;
using DepthVla.Robot.Daemon.Robots;
using DepthVla.Robot.Imaging;
using DepthVla.Robot.Imaging.Codecs;

namespace DepthVla.Robot.Daemon.Tests.Robots;

public sealed class RobotSystemTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("depthvla-cameras-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task StartAsync_FolderOfPictures_NoneIsShownBeforeTheRun()
    {
        foreach (var name in (string[])["1.png", "2.png"]) await File.WriteAllBytesAsync(Path.Combine(_folder, name), PngCodec.Encode(new RgbImage(32, 24)), TestContext.Current.CancellationToken);
        var options = new DaemonOptions { CameraFiles = new Dictionary<string, string> { ["primary"] = _folder }, Seconds = TimeSpan.FromSeconds(1) };
        using var robot = await RobotSystem.StartAsync(options, MonotonicClock.System, TestContext.Current.CancellationToken);

        Assert.Equal(["primary", "wrist"], robot.Cameras.Select(c => c.Spec.Name));
        Assert.Equal(1, (await robot.Cameras[0].CaptureAsync(TestContext.Current.CancellationToken)).Sequence);
    }
}
