using System.ComponentModel;
using System.Diagnostics;
using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Imaging.Codecs;

namespace DepthVla.Robot.Drivers.Cameras;

/// <summary>Whatever ffmpeg can read, as a camera: a child process turns it into JPEGs, the newest of which is shown.</summary>
internal sealed class FfmpegCamera : ICamera
{
    private const int MaxJpegBytes = 16 << 20;
    private static readonly TimeSpan FirstFrameTimeout = TimeSpan.FromSeconds(15);

    private readonly Process _process;
    private readonly MonotonicClock _clock;
    private readonly Task _reading;
    private readonly SemaphoreSlim _fresh = new(0);
    private readonly string _name;
    private readonly long _delayNs;
    private CameraFrame? _newest;
    private long _count;
    private string _complaint = "it ended";

    private FfmpegCamera(CameraSource source, Process process, MonotonicClock clock)
    {
        (_name, _delayNs, _process, _clock) = (source.Name, (long)source.Delay.TotalNanoseconds, process, clock);
        _process.ErrorDataReceived += (_, line) => { if (!string.IsNullOrWhiteSpace(line.Data)) _complaint = line.Data; };
        _process.BeginErrorReadLine();
        _reading = Task.Run(ReadAsync);
        Spec = new CameraSpec(_name, 0, 0, ImageEncoding.Jpeg);
    }

    public CameraSpec Spec { get; private set; }

    /// <summary>Starts ffmpeg on <paramref name="source"/> and waits for its first picture, whose size is the camera's.</summary>
    /// <exception cref="CameraException">ffmpeg is not installed, gives no picture, or one of another size; its own words are in the message.</exception>
    internal static async Task<FfmpegCamera> OpenAsync(CameraSource source, MonotonicClock clock, CancellationToken cancellationToken)
    {
        var name = source.Name;
        var start = new ProcessStartInfo("ffmpeg", ["-nostdin", "-v", "error", .. FfmpegInput.Arguments(source), "-an", "-c:v", "mjpeg", "-q:v", "3", "-f", "mjpeg", "-"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
        };
        FfmpegCamera camera;
        try { camera = new FfmpegCamera(source, Process.Start(start)!, clock); }
        catch (Win32Exception e) { throw new CameraException(name, "ffmpeg is not installed; apt-get install ffmpeg", e); }

        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(FirstFrameTimeout);
            var first = await camera.CaptureAsync(patience.Token).ConfigureAwait(false);
            if (source.Size is { } asked && (first.Width, first.Height) != (asked.Width, asked.Height))
                throw new CameraException(name, $"gives {first.Width}x{first.Height} px, not {asked.Width}x{asked.Height}; ffmpeg -f v4l2 -list_formats all -i {source.Source} lists what it has");
            camera.Spec = new CameraSpec(name, first.Width, first.Height, ImageEncoding.Jpeg);
            return camera;
        }
        catch (Exception e)
        {
            camera.Dispose();
            if (e is OperationCanceledException && !cancellationToken.IsCancellationRequested) throw new CameraException(name, $"no picture within {FirstFrameTimeout.TotalSeconds} s", e);
            throw;
        }
    }

    public async ValueTask<CameraFrame> CaptureAsync(CancellationToken cancellationToken)
    {
        await _fresh.WaitAsync(cancellationToken).ConfigureAwait(false);
        while (_fresh.Wait(0, CancellationToken.None)) { } // several came since the last call: only the newest counts
        return Volatile.Read(ref _newest) is { } frame && !_reading.IsCompleted
            ? frame
            : throw new CameraException(_name, $"ffmpeg gives no more pictures: {_complaint}");
    }

    public void Dispose()
    {
        try { _process.Kill(); }
        catch (InvalidOperationException) { /* it has ended already */ }
        _reading.Wait();
        _process.Dispose();
        _fresh.Dispose();
    }

    private async Task ReadAsync()
    {
        var splitter = new JpegSplitter(MaxJpegBytes);
        var block = new byte[64 << 10];
        var output = _process.StandardOutput.BaseStream;
        try
        {
            while (await output.ReadAsync(block).ConfigureAwait(false) is var read and > 0)
            {
                foreach (var jpeg in splitter.Add(block.AsMemory(0, read))) Show(jpeg);
            }
        }
        catch (IOException e) { _complaint = e.Message; }
        finally { _fresh.Release(); } // whoever waits learns that nothing more comes
    }

    private void Show(byte[] jpeg)
    {
        try
        {
            var size = JpegCodec.ReadSize(jpeg);
            Volatile.Write(ref _newest, new CameraFrame
            {
                Camera = _name, Encoding = ImageEncoding.Jpeg, Width = size.Width, Height = size.Height,
                CaptureTimeNs = _clock.NowNs - _delayNs, Sequence = ++_count, Data = jpeg,
            });
            _fresh.Release();
        }
        catch (InvalidImageException e) { _complaint = e.Message; }
    }
}
