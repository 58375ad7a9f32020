using System.Diagnostics;
using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Drivers.Cameras;
using DepthVla.Robot.Imaging;
using DepthVla.Robot.Imaging.Codecs;

namespace DepthVla.Robot.Drivers.Tests.Cameras;

public sealed class CameraSourceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cameras").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Open_Folder_ShowsItsPicturesInTurnAndInOneSize()
    {
        Save("a.png", PngCodec.Encode(Plain(40, 30, 200)));
        Save("b.jpg", JpegCodec.Encode(Plain(80, 30, 100)));
        File.WriteAllText(Path.Combine(_folder, "notes.txt"), "no picture");
        using var camera = await Open(_folder);

        Assert.Equal(new CameraSpec("primary", 40, 30, ImageEncoding.Jpeg), camera.Spec);
        var frames = new List<CameraFrame>();
        for (var i = 0; i < 3; i++) frames.Add(await camera.CaptureAsync(Cancel));
        Assert.Equal([1, 2, 3], frames.Select(f => f.Sequence));
        Assert.Equal(frames[0].Data.ToArray(), frames[2].Data.ToArray());
        Assert.InRange(Centre(frames[0]), 195, 205);
        Assert.InRange(Centre(frames[1]), 95, 105);
        Assert.True(frames.Zip(frames.Skip(1)).All(p => p.First.CaptureTimeNs <= p.Second.CaptureTimeNs));
    }

    [Fact]
    public async Task Open_Video_ShowsMovingPicturesAgainAndAgain()
    {
        var video = Path.Combine(_folder, "clip.mp4");
        using (var ffmpeg = Process.Start("ffmpeg", ["-v", "error", "-f", "lavfi", "-i", "testsrc=size=64x48:rate=25:duration=0.4", "-pix_fmt", "yuv420p", video]))
        {
            await ffmpeg.WaitForExitAsync(Cancel);
        }

        using var camera = await Open(video);

        Assert.Equal(new CameraSpec("primary", 64, 48, ImageEncoding.Jpeg), camera.Spec);
        var frames = new List<CameraFrame>();
        for (var i = 0; i < 15; i++) frames.Add(await camera.CaptureAsync(Cancel)); // the clip has 10
        Assert.All(frames, f => Assert.Equal(new ImageSize(64, 48), JpegCodec.Decode(f.Data.Span).Size));
        Assert.True(frames.Zip(frames.Skip(1)).All(p => p.First.Sequence < p.Second.Sequence));
        Assert.True(frames.Select(f => Convert.ToHexString(f.Data.Span)).Distinct().Count() > 3);
    }

    [Theory]
    [InlineData("missing.mp4", "no file or folder")]
    [InlineData("empty", "no .jpg or .png")]
    [InlineData("broken.jpg", "cannot be read")]
    [InlineData("broken.mp4", "ffmpeg gives no more pictures")]
    public async Task Open_NothingToShow_SaysWhy(string name, string reason)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "empty"));
        File.WriteAllText(Path.Combine(_folder, "broken.jpg"), "not a picture");
        File.WriteAllText(Path.Combine(_folder, "broken.mp4"), "not a video");
        var e = await Assert.ThrowsAsync<CameraException>(() => Open(Path.Combine(_folder, name)));
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
        Assert.StartsWith("camera primary", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nowhere.mp4@30Hz@5ms@30Hz")]
    [InlineData("/dev/video0@0x480")]
    [InlineData("/dev/video0@640x9999")]
    [InlineData("/dev/video0@300Hz")]
    [InlineData("/dev/video0@1001ms")]
    [InlineData("")]
    public void Parse_WhatIsNone_IsNull(string source) => Assert.Null(CameraSource.Parse($"primary={source}"));

    [Fact]
    public void Parse_SourceWithAllThatMayFollow_IsTaken()
    {
        Assert.Equal(
            new CameraSource("wrist", "rtsp://me:secret@cam/1?a=b") { Size = new(640, 480), RateHz = 29.97, Delay = TimeSpan.FromMilliseconds(55) },
            CameraSource.Parse("wrist=rtsp://me:secret@cam/1?a=b@55ms@640x480@29.97Hz"));
        Assert.Equal(new CameraSource("primary", "/dev/video0"), CameraSource.Parse("primary=/dev/video0"));
    }

    [Theory]
    [InlineData("/dev/video0@640x480@30Hz", "-f v4l2 -framerate 30 -video_size 640x480 -fflags nobuffer -i /dev/video0", true)]
    [InlineData("rtsp://cam/1@320x240", "-rtsp_transport tcp -timeout 5000000 -fflags nobuffer -flags low_delay -i rtsp://cam/1 -vf scale=320:240", true)]
    [InlineData("a.mp4@5Hz@64x48", "-re -stream_loop -1 -i a.mp4 -vf fps=5,scale=64:48", false)]
    public void Arguments_OfEachKind_AreWhatFfmpegWants(string text, string expected, bool live)
    {
        var source = CameraSource.Parse($"primary={text}")!;
        Assert.Equal(expected, string.Join(' ', FfmpegInput.Arguments(source)));
        Assert.Equal(live, source.IsLive);
    }

    [Fact]
    public async Task Open_VideoWithSizeRateAndDelay_ShowsItSoAndAsOldAsItIs()
    {
        var video = Path.Combine(_folder, "clip.mp4");
        using (var ffmpeg = Process.Start("ffmpeg", ["-v", "error", "-f", "lavfi", "-i", "testsrc=size=64x48:rate=25:duration=1", "-pix_fmt", "yuv420p", video]))
        {
            await ffmpeg.WaitForExitAsync(Cancel);
        }

        using var camera = await Open($"{video}@32x24@10Hz@1000ms");
        Assert.Equal(new CameraSpec("primary", 32, 24, ImageEncoding.Jpeg), camera.Spec);
        Assert.InRange((await camera.CaptureAsync(Cancel)).CaptureTimeNs, long.MinValue, MonotonicClock.System.NowNs - 1_000_000_000);
    }

    [Fact]
    public async Task Open_PictureWithSizeAndDelay_IsShownSoAndAsOldAsItIs()
    {
        Save("a.png", PngCodec.Encode(Plain(40, 30, 200)));
        var before = MonotonicClock.System.NowNs;
        using var camera = await Open($"{Path.Combine(_folder, "a.png")}@80x60@100ms");
        Assert.Equal(new CameraSpec("primary", 80, 60, ImageEncoding.Jpeg), camera.Spec);
        Assert.InRange((await camera.CaptureAsync(Cancel)).CaptureTimeNs, before - 100_000_000, MonotonicClock.System.NowNs - 100_000_000);
    }

    [Fact]
    public async Task Open_PictureWithARate_SaysThatItHasNone()
    {
        Save("a.png", PngCodec.Encode(Plain(40, 30, 200)));
        var e = await Assert.ThrowsAsync<CameraException>(() => Open($"{Path.Combine(_folder, "a.png")}@30Hz"));
        Assert.Contains("leave @30Hz out", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_DeviceOrStreamThatIsNotThere_SaysWhy()
    {
        Assert.Contains("there is no device /dev/video99", (await Assert.ThrowsAsync<CameraException>(() => Open("/dev/video99"))).Message, StringComparison.Ordinal);
        Assert.Contains("refused", (await Assert.ThrowsAsync<CameraException>(() => Open("rtsp://127.0.0.1:1/cam"))).Message, StringComparison.Ordinal);
    }

    private static Task<ICamera> Open(string source) => CameraSource.Parse($"primary={source}")!.OpenAsync(MonotonicClock.System, Cancel);

    private void Save(string name, byte[] bytes) => File.WriteAllBytes(Path.Combine(_folder, name), bytes);

    private static RgbImage Plain(int width, int height, byte grey)
    {
        var pixels = new byte[3 * width * height];
        pixels.AsSpan().Fill(grey);
        return new RgbImage(width, height, pixels);
    }

    private static int Centre(CameraFrame frame) => JpegCodec.Decode(frame.Data.Span)[frame.Width / 2, frame.Height / 2].R;
}
