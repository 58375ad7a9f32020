using System.Globalization;
using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Daemon.Options;
using DepthVla.Robot.Imaging;
using DepthVla.Robot.Imaging.Frames;

namespace DepthVla.Robot.Daemon.Observing;

/// <summary>Notices pictures that no policy should act on: black ones, broken ones, one that stays the same though the arm moves, and cameras that changed places.</summary>
/// <remarks>
/// It can only hold the arm, by keeping observations back: the plan in place ends, and goes on with the first good picture. A still scene seen by an arm
/// that stands is no fault. For one thread.
/// </remarks>
/// <param name="trusted">Cameras that may show the same for ever, by name: files.</param>
internal sealed class FrameCheck(IEnumerable<string> trusted)
{
    // So long, and so much of a joint's way, a picture may stay the same to the byte: cameras are slower than the arm.
    private const long MostSameNs = 500_000_000;
    private const double MostWay = 0.05;

    // Of 255; a covered lens shows some noise. One pixel of so many is looked at.
    private const byte Darkest = 24;
    private const int EveryPixel = 7;

    private readonly HashSet<string> _trusted = [.. trusted];
    private readonly SwapCheck _swapped = new();
    private readonly Dictionary<string, Seen> _seen = [];
    private readonly Dictionary<string, RgbImage> _pictures = [];     // of each camera, one for all its frames: garbage would stop the control thread, too

    /// <summary>For the cameras of a robot; null where their pictures are spoilt on purpose.</summary>
    internal static FrameCheck? For(DaemonOptions options) =>
        options.CameraFault == CameraFault.None ? new(options.Cameras.Where(camera => !camera.IsLive).Select(camera => camera.Name)) : null;

    /// <summary>What is wrong with the frames of an observation, or null.</summary>
    /// <param name="frames">One a camera.</param>
    /// <param name="positions">Of the joints when they were taken, rad or m.</param>
    internal string? Fault(IEnumerable<CameraFrame> frames, in JointVector positions)
    {
        string? fault = null;
        foreach (var frame in frames)
            if (!_trusted.Contains(frame.Camera)) fault ??= Fault(frame, in positions);
        return fault ?? _swapped.Fault();
    }

    private string? Fault(CameraFrame frame, in JointVector positions)
    {
        if (!_seen.TryGetValue(frame.Camera, out var seen) || !frame.Data.Span.SequenceEqual(seen.Frame.Data.Span))
        {
            _seen[frame.Camera] = seen = new(frame, positions, Look(frame));
            return seen.Fault;
        }

        if (seen.Fault is not null) return seen.Fault;
        var (sameNs, way) = (frame.CaptureTimeNs - seen.Frame.CaptureTimeNs, 0.0);
        for (var i = 0; i < positions.Count; i++) way = Math.Max(way, Math.Abs(positions[i] - seen.Positions[i]));
        return sameNs > MostSameNs && way > MostWay
            ? string.Create(CultureInfo.InvariantCulture, $"camera '{frame.Camera}' has shown the same picture for {sameNs * 1e-9:0.0} s while a joint moved by {way:0.00}: it is frozen; check its cable and driver")
            : null;
    }

    private string? Look(CameraFrame frame)
    {
        var picture = _pictures.GetValueOrDefault(frame.Camera);
        try { FrameDecoder.Decode(frame, ref picture); }
        catch (InvalidObservationException e) { return e.Message; }
        _pictures[frame.Camera] = picture;
        _swapped.Note(frame.Camera, picture);
        var pixels = picture.Pixels;
        for (var i = 0; i < pixels.Length; i += 3 * EveryPixel)
            if (pixels[i] > Darkest || pixels[i + 1] > Darkest || pixels[i + 2] > Darkest) return null;
        return $"camera '{frame.Camera}' shows black; check its lens cap, light and exposure";
    }

    /// <summary>A picture, where the joints were when it was first seen, and what is wrong with it.</summary>
    private sealed record Seen(CameraFrame Frame, JointVector Positions, string? Fault);
}
