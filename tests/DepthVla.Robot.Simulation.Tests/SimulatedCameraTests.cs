using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Imaging;
using DepthVla.Robot.Imaging.Codecs;
using DepthVla.Robot.Simulation.Worlds;

namespace DepthVla.Robot.Simulation.Tests;

public sealed class SimulatedCameraTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly SimulatedWorld _world;

    public SimulatedCameraTests() => _world = SimulatedWorld.Start(
        new SimulatedWorldOptions
        {
            Seed = 3,
            Cameras = [new("primary", 96, 64, ImageEncoding.Rgb8), new("wrist", 48, 48, ImageEncoding.Jpeg)],
            LogLength = TimeSpan.FromSeconds(2),
            PhysicsPriority = 0,
        },
        _time.Clock,
        _time);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _time.SetFree();
        _world.Dispose();
    }

    [Fact]
    public async Task CaptureAsync_Rgb8_IsPackedAndCounted()
    {
        var camera = _world.Camera("primary");
        var first = await camera.CaptureAsync(Cancellation);
        _time.Pass(1);
        var second = await camera.CaptureAsync(Cancellation);

        Assert.Equal((ImageEncoding.Rgb8, 96, 64, 288, 96 * 64 * 3), (first.Encoding, first.Width, first.Height, first.Stride, first.Data.Length));
        Assert.Equal(("primary", 1L, 2L), (first.Camera, first.Sequence, second.Sequence));
        Assert.Equal(TabletopPhysics.StepNs, second.CaptureTimeNs - first.CaptureTimeNs);
    }

    [Fact]
    public async Task CaptureAsync_Jpeg_DecodesToWhatWasDrawn()
    {
        var camera = _world.Camera("wrist");
        var frame = await camera.CaptureAsync(Cancellation);
        var truth = await camera.CaptureTruthAsync(Cancellation);

        Assert.Equal((ImageEncoding.Jpeg, 0), (frame.Encoding, frame.Stride));
        Assert.Equal(frame.CaptureTimeNs, truth.TimeNs);
        Assert.InRange(MeanDifference(JpegCodec.Decode(frame.Data.Span), truth.Image), 0, 6);
        Assert.Equal(48 * 48, truth.Depth.Length);
    }

    [Fact]
    public async Task CaptureAsync_WorldStandsStill_GivesTheSameFrameAgain()
    {
        var camera = _world.Camera("wrist");
        var first = await camera.CaptureAsync(Cancellation);

        Assert.Same(first, await camera.CaptureAsync(Cancellation));
    }

    [Fact]
    public async Task CaptureAsync_AfterResetsToOneSeed_IsTheSamePicture()
    {
        var pictures = new List<ReadOnlyMemory<byte>>();
        foreach (var seed in (int[])[8, 9, 8])
        {
            var reset = _world.Arm.ResetAsync(TabletopScene.Kitchen, seed);
            _time.Pass(2);
            await reset;
            pictures.Add((await _world.Camera("primary").CaptureAsync(Cancellation)).Data);
        }

        Assert.True(pictures[0].Span.SequenceEqual(pictures[2].Span));
        Assert.False(pictures[0].Span.SequenceEqual(pictures[1].Span));
    }

    [Fact]
    public async Task CaptureAsync_Cancelled_Throws() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await _world.Cameras[0].CaptureAsync(new CancellationToken(canceled: true)));

    [Fact]
    public void Camera_Unknown_ListsThoseThereAre() =>
        Assert.Contains("primary, wrist", Assert.Throws<ArgumentException>(() => _world.Camera("side")).Message, StringComparison.Ordinal);

    private static double MeanDifference(RgbImage a, RgbImage b)
    {
        var sum = 0L;
        for (var i = 0; i < a.Pixels.Length; i++) sum += Math.Abs(a.Pixels[i] - b.Pixels[i]);
        return sum / (double)a.Pixels.Length;
    }
}
