using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Daemon.Options;
using DepthVla.Robot.Daemon.Robots;
using DepthVla.Robot.Imaging.Frames;

namespace DepthVla.Robot.Daemon.Tests.Robots;

public sealed class SpoiltCamerasTests
{
    [Fact]
    public async Task Spoil_Swapped_EachShowsTheOthersPictureUnderItsOwnName()
    {
        var frames = await CaptureAsync(CameraFault.Swapped);
        Assert.Equal([("a", 2, 7L), ("b", 1, 7L)], frames.Select(f => (f.Camera, f.Data.Span[0] + 0, f.CaptureTimeNs)));
    }

    [Fact]
    public async Task Spoil_Black_IsBlackAtTheTimeOfTheRealPicture()
    {
        foreach (var frame in await CaptureAsync(CameraFault.Black))
        {
            Assert.Equal(7, frame.CaptureTimeNs);
            Assert.True(FrameDecoder.Decode(frame).Memory.Span.IndexOfAnyExcept((byte)0) < 0);
        }
    }

    [Fact]
    public void Spoil_NoFault_AreTheCamerasThemselves()
    {
        ICamera[] cameras = [new Plain("a", 1)];
        Assert.Same(cameras[0], SpoiltCameras.Spoil([.. cameras], CameraFault.None)[0]);
    }

    private static async Task<CameraFrame[]> CaptureAsync(CameraFault fault)
    {
        var frames = new List<CameraFrame>();
        foreach (var camera in SpoiltCameras.Spoil([new Plain("a", 1), new Plain("b", 2)], fault)) frames.Add(await camera.CaptureAsync(default));
        return [.. frames];
    }

    private sealed class Plain(string name, byte value) : ICamera
    {
        public CameraSpec Spec { get; } = new(name, 4, 2, ImageEncoding.Rgb8);

        public ValueTask<CameraFrame> CaptureAsync(CancellationToken cancellationToken) => ValueTask.FromResult(new CameraFrame
        {
            Camera = name, Encoding = ImageEncoding.Rgb8, Width = 4, Height = 2, Stride = 12, CaptureTimeNs = 7, Sequence = 1,
            Data = Enumerable.Repeat(value, 24).ToArray(),
        });

        public void Dispose()
        {
        }
    }
}
