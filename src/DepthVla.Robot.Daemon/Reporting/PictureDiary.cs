using System.Globalization;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Imaging;
using DepthVla.Robot.Imaging.Codecs;
using DepthVla.Robot.Imaging.Drawing;
using DepthVla.Robot.Imaging.Frames;
using DepthVla.Robot.Imaging.Resampling;

namespace DepthVla.Robot.Daemon.Reporting;

/// <summary>A few moments of a run in pictures: what each camera saw, and the depth that the policy saw in it.</summary>
internal sealed class PictureDiary
{
    private const int Moments = 6;
    private readonly Lock _gate = new();
    private readonly List<(double Seconds, Observation Observation, ActionChunk Chunk)> _entries = [];
    private readonly long _startNs;
    private readonly long _everyNs;
    private int _asked;

    /// <summary>Moments spread evenly over the run; every 5 s of one without end.</summary>
    public PictureDiary(bool wanted, long startNs, TimeSpan run)
    {
        _startNs = startNs;
        _everyNs = (long)(run > TimeSpan.Zero ? run.TotalNanoseconds / (Moments + 0.5) : 5e9);
        _asked = wanted ? 0 : Moments;
    }

    /// <summary>Whether an observation at this time is one to keep. Asked by the observing thread alone; says yes once a moment.</summary>
    public bool Wants(long nowNs)
    {
        if (_asked >= Moments || nowNs < _startNs + (long)((_asked + 0.5) * _everyNs)) return false;
        _asked++;
        return true;
    }

    /// <summary>Keeps what was asked for. Any thread.</summary>
    public void Keep(Observation observation, ActionChunk chunk)
    {
        if (!observation.WantDepth) return;
        lock (_gate) _entries.Add(((observation.CaptureTimeNs - _startNs) / 1e9, observation, chunk));
    }

    /// <summary>Draws a row a camera, and below each the depth, a column a moment. False when there was none.</summary>
    public bool TryWrite(string file, bool trained)
    {
        lock (_gate)
        {
            if (_entries.Count == 0) return false;
            var rows = new List<IReadOnlyList<LabelledPicture>>();
            foreach (var camera in _entries[0].Observation.Frames.Select(f => f.Camera))
            {
                rows.Add([.. _entries.Select(e => new LabelledPicture(Picture(e.Observation, camera), $"{camera} {e.Seconds.ToString("0.0", CultureInfo.InvariantCulture)} s"))]);
                if (_entries.All(e => e.Chunk.Depth.Any(d => d.Camera == camera)))
                {
                    rows.Add([.. _entries.Select(e => new LabelledPicture(Depth(e, camera), DepthColors.Caption(trained)))]);
                }
            }

            File.WriteAllBytes(file, PngCodec.Encode(PictureStrip.Draw(rows)));
            return true;
        }
    }

    private static RgbImage Picture(Observation observation, string camera) => FrameDecoder.Decode(observation.Frames.First(f => f.Camera == camera));

    private static RgbImage Depth((double, Observation Observation, ActionChunk Chunk) entry, string camera)
    {
        var depth = entry.Chunk.Depth.First(d => d.Camera == camera);
        var picture = DepthColors.Paint(depth.Metres.Span, depth.Width, depth.Height);
        var frame = entry.Observation.Frames.First(f => f.Camera == camera);
        var side = Math.Min(frame.Width, frame.Height);
        return new Stretch(new ImageSize(side, side)).Apply(picture);
    }
}
