using System.Collections.Immutable;
using System.Text.Json.Nodes;
using DepthVla.Robot.Data.Episodes;
using DepthVla.Robot.Data.Layout;
using DepthVla.Robot.Data.Reading;
using DepthVla.Robot.Data.Writing;
using DepthVla.Robot.Imaging;
using DepthVla.Robot.Imaging.Codecs;
using DepthVla.Robot.Model.Checkpoints;
using DepthVla.Robot.Model.DepthTeacher;

namespace DepthVla.Robot.Learning.Labelling;

/// <summary>How far labelling is.</summary>
/// <param name="Episodes">Episodes that are written or left out.</param>
/// <param name="AllEpisodes">Of how many.</param>
/// <param name="Frames">Frames labelled by this run.</param>
/// <param name="Skipped">The episode that was just left out; null for none.</param>
public readonly record struct LabellingProgress(int Episodes, int AllEpisodes, long Frames, EpisodeProblem? Skipped);

/// <summary>Copies a dataset and adds depth, by a teacher, for every camera that has none. Ended at any moment and started again, it goes on.</summary>
public sealed class DepthLabelling
{
    private readonly LeRobotDataset _source;
    private readonly DepthAnything _teacher;
    private readonly InverseDepthAlignment? _alignment;
    private readonly ImmutableArray<Feature> _cameras;
    private readonly Action<LabellingProgress> _tell;
    private readonly int _batch;
    private int _episodes;
    private long _frames;

    private DepthLabelling(LeRobotDataset source, DepthAnything teacher, InverseDepthAlignment? alignment, int batch, Action<LabellingProgress> tell) =>
        (_source, _teacher, _alignment, _batch, _cameras, _tell) = (source, teacher, alignment, batch, LabelledFeatures.Cameras(source.Info), tell);

    /// <summary>Writes a copy of the dataset in <paramref name="data"/> to <paramref name="target"/>.</summary>
    /// <param name="data">A LeRobot dataset.</param>
    /// <param name="teacher">Metric, unless an alignment is given.</param>
    /// <param name="target">A new folder, or one that this has begun.</param>
    /// <param name="alignment">Makes metres of a relative teacher's numbers.</param>
    /// <param name="batch">How many pictures the teacher sees at once.</param>
    /// <param name="tell">Is told of progress; on the calling thread.</param>
    /// <param name="stop">Ends it; the episode being labelled is lost.</param>
    /// <exception cref="CheckpointException">The teacher is relative and there is no alignment, or the other way round.</exception>
    /// <exception cref="DatasetException">A folder is no dataset, no camera is without depth, or the target was begun with something else.</exception>
    public static void Run(
        string data, DepthAnything teacher, string target, InverseDepthAlignment? alignment, int batch, Action<LabellingProgress> tell, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(teacher);
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        Require(teacher, alignment);
        using var source = LeRobotDataset.Open(data);
        var labelling = new DepthLabelling(source, teacher, alignment, batch, tell);
        if (labelling._cameras.IsEmpty)
        {
            var came = source.Info.Cameras.Any() ? "depth for each of its cameras already" : "no camera";
            throw new DatasetException($"{source.Folder}: cameras", "one without depth at least", came, "there is nothing to label");
        }

        labelling.Run(target, stop);
    }

    private static void Require(DepthAnything teacher, InverseDepthAlignment? alignment)
    {
        if (teacher.Config.IsMetric && alignment is not null)
            throw new CheckpointException(teacher.Folder, ["it gives metres and takes no alignment; leave the alignment out"]);
        if (teacher.Config.IsMetric || alignment is not null) return;
        const string Relative = "it is a relative model: inverse depth of unknown scale and shift, not metres";
        throw new CheckpointException(teacher.Folder, [$"{Relative}. Take a metric model, or give its alignment to known depth (scale and shift)"]);
    }

    private void Run(string target, CancellationToken stop)
    {
        var info = _source.Info;
        using var writer = DatasetWriter.Open(target, new DatasetSpec { Fps = info.Fps, RobotType = info.RobotType, Features = LabelledFeatures.Of(info) });
        var log = LabelLog.Open(writer.Folder, Origin(), writer.Count);
        var done = log.Done(writer.Count);
        _episodes = done.Count;
        Tell(null);
        foreach (var entry in _source.Episodes.Where(e => !done.Contains(e.Index)))
        {
            var skipped = Copy(entry, writer, log, stop);
            if (stop.IsCancellationRequested) return;
            _episodes++;
            Tell(skipped);
        }
    }

    private EpisodeProblem? Copy(EpisodeEntry entry, DatasetWriter writer, LabelLog log, CancellationToken stop)
    {
        try
        {
            var episode = _source.ReadEpisode(entry.Index);
            var frames = Label(episode, stop);
            if (stop.IsCancellationRequested) return null;
            log.Intend(writer.Count, entry.Index);
            writer.Append(episode.Instruction, frames);
            return null;
        }
        catch (CorruptEpisodeException e)
        {
            return e.Problem;
        }
        catch (ArgumentException e)      // readable, but not what a dataset may hold, such as frames off the rate's grid
        {
            return new EpisodeProblem(entry.Index, entry.File, e.Message);
        }
    }

    private EpisodeFrame[] Label(Episode episode, CancellationToken stop)
    {
        EpisodeFrame[] frames = [.. episode.Frames];
        for (var start = 0; start < frames.Length && !stop.IsCancellationRequested; start += _batch)
        {
            var count = Math.Min(_batch, frames.Length - start);
            foreach (var camera in _cameras)
            {
                var pictures = Enumerable.Range(start, count).Select(i => EncodedPicture.Decode(frames[i].Pictures[camera.Name].Span)).ToArray();
                var maps = _teacher.Infer(pictures);
                for (var i = 0; i < count; i++)
                {
                    var depth = DepthPng.Encode(DepthImage.FromMetres(maps[i].AsMetres(_alignment), maps[i].Size));
                    frames[start + i] = frames[start + i] with { Depths = frames[start + i].Depths.SetItem(camera.Name, depth) };
                }
            }

            _frames += count;
            Tell(null);
        }

        return frames;
    }

    private JsonObject Origin()
    {
        var origin = new JsonObject
        {
            ["teacher"] = _teacher.Hash, ["max_depth"] = _teacher.Config.MaxDepth, ["cameras"] = new JsonArray([.. _cameras.Select(c => (JsonNode)c.Name)]),
        };
        if (_alignment is { } alignment) origin["alignment"] = new JsonArray(alignment.Scale, alignment.Shift);
        return origin;
    }

    private void Tell(EpisodeProblem? skipped) => _tell(new LabellingProgress(_episodes, _source.Episodes.Length, _frames, skipped));
}
