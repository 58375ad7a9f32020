using System.Collections.Immutable;
using System.Text.Json;
using DepthVla.Flight.V1;
using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Data.Episodes;
using DepthVla.Robot.Data.Layout;
using DepthVla.Robot.Data.Writing;
using DepthVla.Robot.Imaging.Codecs;
using DepthVla.Robot.Imaging.Frames;
using DepthVla.Robot.Recording.Flight;
using DepthVla.Robot.Recording.Mcap;

namespace DepthVla.Robot.Tools.Replaying;

/// <summary>A flight as episodes of a LeRobot dataset: what was seen and felt at each observation, and what the arm was told then.</summary>
/// <remarks>
/// Frames lie on an even grid, as the layout wants them: at each of its points the observation captured nearest to it, and the joint positions commanded
/// at that observation's capture. Another instruction, or a second without observations, begins another episode.
/// </remarks>
internal static class FlightExport
{
    private const long GapNs = 1_000_000_000;

    /// <summary>Writes it. How many episodes and frames.</summary>
    /// <exception cref="McapException">The flight has too little in it.</exception>
    /// <exception cref="DatasetException">The folder holds something else.</exception>
    internal static (int Episodes, int Frames) Write(RecordedFlight flight, string folder)
    {
        var moments = Moments(flight);
        if (moments.Length < 2) throw new McapException($"expected two observations with the commands of their time, got {moments.Length}; let the robot run longer, or keep more by --recorder-seconds");
        var joints = Joints(flight);
        var fps = Rate(moments);
        var first = moments[0].Observation.Frames;
        using var writer = DatasetWriter.Open(folder, new()
        {
            Fps = fps, RobotType = flight.Metadata.GetValueOrDefault("robot")?.GetValueOrDefault("name"),
            Features = [.. first.Select(frame => Feature.Picture(frame.Camera, FrameDecoder.UprightSize(frame))), Feature.State(joints), Feature.Action(joints)],
        });
        var (episodes, frames) = (0, 0);
        foreach (var part in Parts(moments))
        {
            var grid = Grid(part, fps);
            writer.Append(part[0].Observation.Instruction, grid);
            (episodes, frames) = (episodes + 1, frames + grid.Length);
        }

        return (episodes, frames);
    }

    // Observations with all cameras, each with the last command before its capture.
    private static Moment[] Moments(RecordedFlight flight)
    {
        var times = flight.Ticks.Select(t => t.TimeNs).ToArray();
        var cameras = flight.Observations.Select(o => o.Observation.Frames.Length).DefaultIfEmpty(0).Max();
        return [.. from recorded in flight.Observations
            let observation = recorded.Observation
            let at = Array.BinarySearch(times, observation.CaptureTimeNs)
            let before = at >= 0 ? at : ~at - 1
            where before >= 0 && observation.Frames.Length == cameras
            select new Moment(observation, flight.Ticks[before])];
    }

    private static ImmutableArray<string> Joints(RecordedFlight flight)
    {
        if (flight.Metadata.GetValueOrDefault("contract")?.GetValueOrDefault("joints") is not { } text) throw new McapException("expected the metadata 'contract', got none; the file was cut before it");
        using var json = JsonDocument.Parse(text);
        return [.. json.RootElement.EnumerateArray().Select(joint => joint.GetProperty("name").GetString()!)];
    }

    // Hz, to a tenth: what lies between half of the observations.
    private static double Rate(Moment[] moments)
    {
        var periods = moments.Zip(moments.Skip(1), (a, b) => b.TimeNs - a.TimeNs).Order().ToArray();
        return Math.Max(0.1, Math.Round(1e9 / periods[periods.Length / 2], 1));
    }

    private static IEnumerable<Moment[]> Parts(Moment[] moments)
    {
        for (var (from, to) = (0, 1); from < moments.Length; to++)
        {
            if (to < moments.Length && moments[to].Observation.Instruction == moments[from].Observation.Instruction && moments[to].TimeNs - moments[to - 1].TimeNs <= GapNs) continue;
            yield return moments[from..to];
            from = to;
        }
    }

    private static EpisodeFrame[] Grid(Moment[] part, double fps)
    {
        var count = (int)Math.Floor((part[^1].TimeNs - part[0].TimeNs) * 1e-9 * fps) + 1;
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var timeNs = part[0].TimeNs + (long)(i / fps * 1e9);
            var moment = part.MinBy(m => Math.Abs(m.TimeNs - timeNs))!;
            return new EpisodeFrame
            {
                Seconds = i / fps,
                Pictures = moment.Observation.Frames.ToImmutableDictionary(frame => frame.Camera, Picture),
                State = [.. moment.Observation.Proprioception.ToArray().Select(v => (float)v)],
                Action = [.. moment.Tick.Command.Select(v => (float)v)],
            };
        })];
    }

    private static ReadOnlyMemory<byte> Picture(CameraFrame frame) => frame is { Encoding: ImageEncoding.Jpeg, Rotation: ImageRotation.None }
        ? frame.Data : PngCodec.Encode(FrameDecoder.Decode(frame));

    private sealed record Moment(Observation Observation, Tick Tick)
    {
        public long TimeNs => Observation.CaptureTimeNs;
    }
}
