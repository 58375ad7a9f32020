using System.Collections.Concurrent;
using System.Collections.Immutable;
using DepthVla.Robot.Data.Episodes;
using DepthVla.Robot.Data.Layout;
using DepthVla.Robot.Data.Reading;
using DepthVla.Robot.Data.Rgbd;
using DepthVla.Robot.Imaging;
using DepthVla.Robot.Imaging.Codecs;
using DepthVla.Robot.Imaging.Resampling;
using DepthVla.Robot.Learning.Configuration;
using DepthVla.Robot.Learning.Losses;
using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Policies;

namespace DepthVla.Robot.Learning.Samples;

/// <summary>Reads pictures with depth into memory for the depth expert: LeRobot datasets with depth, and folders of RGB and depth.</summary>
/// <remarks>Each camera's picture is a frame by itself, without state or chunks. Scenes are held back whole for validation, as episodes are.</remarks>
internal sealed class DepthFrameLoader
{
    private readonly ImageResize _resize;
    private readonly CheckpointConfig _model;
    private readonly RgbdConfig _rgbd;

    internal DepthFrameLoader(CheckpointConfig model, RgbdConfig rgbd) =>
        (_model, _rgbd, _resize) = (model, rgbd, ObservationTensors.Resize(model.Policy.Resize, model.Network.DepthImageSize));

    /// <summary>True for a dataset rather than a folder of RGB and depth, or of such folders.</summary>
    internal static bool IsDataset(string folder) => File.Exists(Path.Combine(folder, "meta/info.json"));

    /// <summary>All frames with depth.</summary>
    /// <param name="folders">Of datasets, of RGB and depth, or of such folders.</param>
    /// <param name="validationShare">The share of episodes and scenes kept back, of each folder.</param>
    /// <param name="skipped">Is told of each episode, file and picture that is left out.</param>
    /// <param name="progress">Is told how many episodes or scenes were read, of how many.</param>
    /// <exception cref="DatasetException">A folder is neither, has no depth, or nothing can be used.</exception>
    internal FrameStore Load(IReadOnlyList<string> folders, double validationShare, Action<string> skipped, Action<int, int> progress)
    {
        var (training, validation) = (new List<TrainingFrame>(), new List<TrainingFrame>());
        foreach (var folder in folders)
        {
            var frames = IsDataset(folder) ? Dataset(folder, skipped, progress) : Scenes(folder, skipped, progress);
            var split = EpisodeSplit.Of(frames.Keys, validationShare, 0);
            training.AddRange(split.Training.SelectMany(number => frames[number]));
            validation.AddRange(split.Validation.SelectMany(number => frames[number]));
        }

        if (training.Count > 0) return new FrameStore([], [.. training], [.. validation], 0, Neutral());
        var expected = $"pictures with a known depth of {DepthTargets.Nearest} to {DepthTargets.Farthest} m";
        throw new DatasetException("data", expected, "none to learn from", "see which files were left out, and why");
    }

    private ConcurrentDictionary<int, TrainingFrame[]> Dataset(string folder, Action<string> skipped, Action<int, int> progress)
    {
        using var dataset = LeRobotDataset.Open(folder);
        var cameras = dataset.Info.Cameras.Select(c => c.Name).Intersect(dataset.Info.Depths.Select(d => d.Name)).ToArray();
        if (cameras.Length == 0)
            throw new DatasetException($"{folder}: observation.depth", "the depth of one camera at least", "none", "add it with `depthvla data label`");
        var (read, frames) = (0, new ConcurrentDictionary<int, TrainingFrame[]>());
        Parallel.ForEach(dataset.Episodes.Chunk(8), part =>
        {
            var options = new ReadOptions { DecodePictures = false };
            foreach (var episode in dataset.ReadEpisodes(part.Select(e => e.Index), problem => skipped(problem.ToString()), options))
            {
                frames[episode.Index] = Frames(episode, cameras, skipped);
                progress(Interlocked.Increment(ref read), dataset.Episodes.Length);
            }
        });
        return frames;
    }

    private TrainingFrame[] Frames(Episode episode, string[] cameras, Action<string> skipped)
    {
        var frames = new List<TrainingFrame>();
        for (var i = 0; i < episode.Frames.Length; i++)
        {
            foreach (var camera in cameras)
            {
                var where = $"episode {episode.Index}, frame {i}, {camera}";
                try
                {
                    var frame = episode.Frames[i];
                    Add(EncodedPicture.Decode(frame.Pictures[camera].Span), DepthPng.Decode(frame.Depths[camera].Span), episode.Index, where, frames, skipped);
                }
                catch (InvalidImageException e)
                {
                    skipped($"{where}: {e.Message}");
                }
            }
        }

        return [.. frames];
    }

    private ConcurrentDictionary<int, TrainingFrame[]> Scenes(string root, Action<string> skipped, Action<int, int> progress)
    {
        var scenes = RgbdFolders.Find(root);
        var (read, frames) = (0, new ConcurrentDictionary<int, TrainingFrame[]>());
        Parallel.For(0, scenes.Length, number =>
        {
            frames[number] = Scene(RgbdFolder.Open(scenes[number], _rgbd.UnitsAMetre), number, skipped);
            progress(Interlocked.Increment(ref read), scenes.Length);
        });
        return frames;
    }

    private TrainingFrame[] Scene(RgbdFolder scene, int number, Action<string> skipped)
    {
        var frames = new List<TrainingFrame>();
        foreach (var problem in scene.Problems) skipped(Path.Combine(scene.Folder, problem.ToString()));
        for (var i = 0; i < scene.Pairs.Length; i += _rgbd.Every)
        {
            try
            {
                var pair = scene.Read(scene.Pairs[i]);
                Add(pair.Picture, pair.Depth, number, Path.Combine(scene.Folder, scene.Pairs[i].Depth), frames, skipped);
            }
            catch (BrokenFileException e)
            {
                skipped(Path.Combine(scene.Folder, e.Message));
            }
        }

        return [.. frames];
    }

    private void Add(RgbImage picture, DepthImage depth, int episode, string where, List<TrainingFrame> frames, Action<string> skipped)
    {
        var millimetres = _resize.Apply(depth).Millimetres.ToArray();
        if (millimetres.Any(mm => DepthTargets.Counts(mm / 1000f)))
            frames.Add(new TrainingFrame(episode, [], [_resize.Apply(picture).Memory.ToArray()], [millimetres], [], [], -1, []));
        else
            skipped($"{where}: no depth of {DepthTargets.Nearest} to {DepthTargets.Farthest} m in it");
    }

    // A checkpoint needs statistics of state and actions; nothing is known of them here.
    private NormStats Neutral()
    {
        var (joints, dims) = (_model.Policy.Joints.Length, _model.Policy.Dims);
        var actions = _model.Policy.Normalization == NormalizationMethod.ZScorePerStep ? dims * _model.Network.ActionHorizon : dims;
        DimensionStats Of(int count) => new() { Mean = Same(0, count), Std = Same(1, count), Q01 = Same(-1, count), Q99 = Same(1, count) };
        return new NormStats { Stats = new StateAndActionStats { State = Of(joints), Actions = Of(actions) } };

        static ImmutableArray<double> Same(double value, int count) => [.. Enumerable.Repeat(value, count)];
    }
}
