using System.Collections.Concurrent;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Data.Episodes;
using DepthVla.Robot.Data.Reading;
using DepthVla.Robot.Data.Statistics;
using DepthVla.Robot.Imaging;
using DepthVla.Robot.Imaging.Codecs;
using DepthVla.Robot.Imaging.Resampling;
using DepthVla.Robot.Learning.Demonstrations;
using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Policies;
using DepthVla.Robot.Simulation.Worlds;

namespace DepthVla.Robot.Learning.Samples;

/// <summary>Reads datasets into memory for training: pictures decoded and resized by the very transforms that serve.</summary>
internal sealed class FrameLoader
{
    private readonly CheckpointConfig _model;
    private readonly ImageResize _resize, _depthResize;
    private readonly List<string> _instructions = [];
    private readonly Lock _gate = new();
    private int _objects;

    internal FrameLoader(CheckpointConfig model)
    {
        _model = model;
        _resize = ObservationTensors.Resize(model.Policy.Resize, model.Network.ImageSize);
        _depthResize = model.Network.HasDepth ? ObservationTensors.Resize(model.Policy.Resize, model.Network.DepthImageSize) : _resize;
    }

    /// <summary>All frames of some datasets.</summary>
    /// <param name="folders">Of the datasets.</param>
    /// <param name="validationShare">The share of episodes kept back.</param>
    /// <param name="skipped">Is told of each episode that is left out.</param>
    /// <param name="progress">Is told how many episodes were read, of how many.</param>
    /// <exception cref="Data.Layout.DatasetException">A folder is no dataset, or lacks what the model needs.</exception>
    internal FrameStore Load(IReadOnlyList<string> folders, double validationShare, Action<string> skipped, Action<int, int> progress)
    {
        var (training, validation) = (new ConcurrentBag<(int, int, TrainingFrame)>(), new ConcurrentBag<(int, int, TrainingFrame)>());
        for (var d = 0; d < folders.Count; d++)
        {
            using var dataset = LeRobotDataset.Open(folders[d]);
            Require(dataset);
            var split = EpisodeSplit.Of(dataset.Episodes.Select(e => e.Index), validationShare, 0);
            var (read, all, number) = (0, dataset.Episodes.Length, d);
            var held = split.Validation.ToHashSet();
            string[] cameras = [.. dataset.Info.Cameras.Select(c => c.Name)];
            Parallel.ForEach(dataset.Episodes.Chunk(8), new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, part =>
            {
                foreach (var episode in dataset.ReadEpisodes(part.Select(e => e.Index), problem => skipped(problem.ToString()!), new ReadOptions { DecodePictures = false }))
                {
                    var frames = Frames(episode, cameras);
                    for (var i = 0; i < frames.Length; i++) (held.Contains(episode.Index) ? validation : training).Add((number, episode.Index * 10_000 + i, frames[i]));
                    progress(Interlocked.Increment(ref read), all);
                }
            });
        }

        // In a fixed order, whoever came first.
        TrainingFrame[] Ordered(IEnumerable<(int, int, TrainingFrame)> frames) => [.. frames.OrderBy(f => f.Item1).ThenBy(f => f.Item2).Select(f => f.Item3)];
        var learned = Ordered(training);
        return new FrameStore([.. _instructions], [.. learned], [.. Ordered(validation)], _objects, Statistics(learned));
    }

    private void Require(LeRobotDataset dataset)
    {
        var missing = _model.Network.ImageKeys.Except(dataset.Info.Cameras.Select(c => c.Name)).ToArray();
        if (missing.Length > 0)
            throw new Data.Layout.DatasetException($"{dataset.Folder}: cameras", string.Join(", ", _model.Network.ImageKeys), string.Join(", ", dataset.Info.Cameras.Select(c => c.Name)), "train on data of those cameras, or name others in network.image_keys");
        if (_model.Policy.DepthInput == DepthInput.TrueDepth && _model.Network.ImageKeys.Except(dataset.Info.Depths.Select(c => c.Name)).Any())
            throw new Data.Layout.DatasetException($"{dataset.Folder}: depth", "true depth of every camera, for policy.depth_input is true_depth", "none", "train on data that has it, or leave out policy.depth_input");
        var (joints, dims) = (_model.Policy.Joints.Length, _model.Policy.Dims);
        if (dataset.Info.State?.Count != joints)
            throw new Data.Layout.DatasetException($"{dataset.Folder}: observation.state", $"{joints} numbers", $"{dataset.Info.State?.Count ?? 0}", "train on data of this robot, or change policy.joints");
        if (dataset.Info.Action?.Count != dims)
            throw new Data.Layout.DatasetException($"{dataset.Folder}: action", $"{dims} numbers", $"{dataset.Info.Action?.Count ?? 0}", "train on data of this action representation, or change policy.actions");
    }

    private int InstructionIndex(string text)
    {
        lock (_gate)
        {
            var index = _instructions.IndexOf(text);
            if (index >= 0) return index;
            _instructions.Add(text);
            return _instructions.Count - 1;
        }
    }

    private TrainingFrame[] Frames(Episode episode, string[] cameras)
    {
        var frames = new TrainingFrame[episode.Frames.Length];
        for (var i = 0; i < frames.Length; i++)
        {
            var frame = episode.Frames[i];
            var images = _model.Network.ImageKeys.Select(camera => Decode(frame.Pictures[camera].Span)).ToArray();
            var depths = _model.Network.HasDepth && _model.Network.ImageKeys.All(frame.Depths.ContainsKey)
                ? _model.Network.ImageKeys.Select(c => _depthResize.Apply(DepthPng.Decode(frame.Depths[c].Span))).ToArray() : [];
            var labels = frame.Labels.ContainsKey(TabletopLabels.Chunks) ? Tabletop(frame) : [new ChunkLabel(InstructionIndex(frame.Instruction ?? episode.Instruction), Future(episode, i), -1, -1)];
            var own = InstructionIndex(frame.Instruction ?? episode.Instruction);
            frames[i] = new TrainingFrame(
                episode.Index, [.. images.Select(image => _resize.Apply(image).Memory.ToArray())],
                DepthPictures(images, depths), [.. depths.Select(d => d.Millimetres.ToArray())],
                [.. frame.State], labels, Array.FindIndex(labels, l => l.Instruction == own), Points(frame, cameras));
        }

        return frames;
    }

    private byte[][] DepthPictures(RgbImage[] images, DepthImage[] depths) =>
        !_model.Network.HasDepth ? []
        : _model.Policy.DepthInput == DepthInput.TrueDepth ? [.. depths.Select(depth => DepthCode.Picture(depth).Memory.ToArray())]
        : [.. images.Select(image => _depthResize.Apply(image).Memory.ToArray())];

    // Of the model's cameras, in its order; the dataset may have others too.
    private float[] Points(EpisodeFrame frame, string[] cameras)
    {
        if (!frame.Labels.TryGetValue(TabletopLabels.Points, out var points)) return [];
        var size = points.Length / cameras.Length;
        _objects = size / 3;
        return [.. _model.Network.ImageKeys.SelectMany(camera => points.AsSpan(Array.IndexOf(cameras, camera) * size, size).ToArray())];
    }

    private static RgbImage Decode(ReadOnlySpan<byte> picture) => picture[0] == 0xFF ? JpegCodec.Decode(picture) : PngCodec.Decode(picture);

    private ChunkLabel[] Tabletop(EpisodeFrame frame)
    {
        var (chunks, applies) = (frame.Labels[TabletopLabels.Chunks], frame.Labels[TabletopLabels.Applies]);
        var size = chunks.Length / applies.Length;
        var wanted = _model.Network.ActionHorizon * TabletopLabels.Dims;
        if (size < wanted) throw new Data.Layout.DatasetException("labels.chunks", $"at least {_model.Network.ActionHorizon} steps", $"{size / TabletopLabels.Dims}", "generate the data with that horizon");
        float[] Chunk(int task) => _model.Policy.Actions == Core.Policies.ActionRepresentation.ToolPoseDelta ? [.. chunks.AsSpan(task * size, wanted)]
            : JointChunks.Of(chunks.AsSpan(task * size, wanted), [.. frame.State]);
        return
        [
            .. Enumerable.Range(0, applies.Length).Where(t => applies[t] > 0).Select(t => new ChunkLabel(
                InstructionIndex(TabletopTask.All[t].Instruction), Chunk(t), TabletopObject.All.IndexOf(TabletopTask.All[t].Object),
                TabletopTask.All[t].Goal is { } goal ? TabletopObject.All.IndexOf(goal) : -1)),
        ];
    }

    // Recorded data: the next actions of the episode; the last one stays.
    private float[] Future(Episode episode, int from) =>
        [.. Enumerable.Range(from, _model.Network.ActionHorizon).SelectMany(i => episode.Frames[Math.Min(i, episode.Frames.Length - 1)].Action)];

    // A joint that stands still in the data moves a little on the robot: divided by next to nothing, that little would drown everything else.
    private static double LeastSpread(JointUnit unit) => unit == JointUnit.Radian ? 0.05 : 1e-3;

    // What is normalised is what the network answers: joint positions less the present state where the mask says so.
    private NormStats Statistics(TrainingFrame[] frames)
    {
        var perStep = _model.Policy.Normalization == NormalizationMethod.ZScorePerStep;
        var (dims, horizon) = (_model.Policy.Dims, _model.Network.ActionHorizon);
        var (state, actions) = (new RunningStatistics(_model.Policy.Joints.Length), new RunningStatistics(perStep ? dims * horizon : dims));
        var relative = _model.Policy.Actions == Core.Policies.ActionRepresentation.JointPosition;
        foreach (var frame in frames)
        {
            state.Add(frame.State);
            foreach (var label in frame.Chunks)
            {
                var chunk = label.Actions;
                if (relative) chunk = [.. chunk.Select((v, i) => _model.Policy.DeltaMask[i % dims] ? v - frame.State[i % dims] : v)];
                actions.Add(chunk);
            }
        }

        DimensionStats Of(FeatureStatistics s, Func<int, double> least) => new() { Mean = s.Mean, Std = [.. s.Std.Select((v, i) => Math.Max(v, least(i)))], Q01 = s.Q01, Q99 = s.Q99 };
        return new NormStats { Stats = new StateAndActionStats { State = Of(state.Result(), joint => LeastSpread(_model.Policy.Joints[joint].Unit)), Actions = Of(actions.Result(), _ => 3e-3) } };
    }
}
