using System.Diagnostics;
using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Drivers.Cameras;
using DepthVla.Robot.Imaging;
using DepthVla.Robot.Imaging.Codecs;

namespace DepthVla.Robot.Drivers.Tests.Cameras;

public sealed class CameraFilesTests : IDisposable
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

    private static Task<ICamera> Open(string path) => CameraFiles.OpenAsync("primary", path, MonotonicClock.System, Cancel);

    private void Save(string name, byte[] bytes) => File.WriteAllBytes(Path.Combine(_folder, name), bytes);

    private static RgbImage Plain(int width, int height, byte grey)
    {
        var pixels = new byte[3 * width * height];
        pixels.AsSpan().Fill(grey);
        return new RgbImage(width, height, pixels);
    }

    private static int Centre(CameraFrame frame) => JpegCodec.Decode(frame.Data.Span)[frame.Width / 2, frame.Height / 2].R;
}
