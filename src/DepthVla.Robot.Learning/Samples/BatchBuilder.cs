using System.Collections.Immutable;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Learning.Configuration;
using DepthVla.Robot.Learning.Losses;
using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Diffusion;
using DepthVla.Robot.Model.Network;
using DepthVla.Robot.Model.Text;
using DepthVla.Robot.Model.Transforms;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Learning.Samples;

/// <summary>Draws batches: frame, instruction, augmentation, noise and time of every row, from seed and step alone. One thread at a time.</summary>
internal sealed class BatchBuilder : IBatchSource
{
    // How often a frame is asked for the instruction it was recorded under, when it can be asked for others too.
    private const double OwnShare = 0.4;

    private readonly TrainingConfig _training;
    private readonly NetworkConfig _network;
    private readonly FrameStore _frames;
    private readonly RobotTransform _robot;
    private readonly ImmutableArray<Prompt> _prompts;
    private readonly double[] _weights;
    private readonly TorchDevice _device;
    private readonly BatchRows _rows;
    private readonly bool _codesDepth;
    private readonly NoiseSchedule? _schedule;

    /// <param name="training">How to train.</param>
    /// <param name="model">What to train.</param>
    /// <param name="frames">On what.</param>
    /// <param name="tokenizer">Of the instructions.</param>
    /// <param name="device">Where the batches go.</param>
    /// <param name="replica">Which of how many replicas this is: each has its own rows of every batch.</param>
    internal BatchBuilder(TrainingConfig training, CheckpointConfig model, FrameStore frames, ITokenizer tokenizer, TorchDevice device, (int Rank, int Count) replica)
    {
        (_training, _network, _frames, _device) = (training, model.Network, frames, device);
        _codesDepth = model.Policy.DepthInput == DepthInput.TrueDepth;
        _schedule = model.Network.UNet is { } net ? new NoiseSchedule(net.NoiseLevels) : null;
        _rows = new BatchRows(training, replica);
        _robot = new RobotTransform(model, frames.Stats);
        var encoder = new PromptEncoder(tokenizer, model.Policy.Prompt, model.Network.MaxTokenLen);
        _prompts = [.. frames.Instructions.Select(text => encoder.Encode(text, []))];
        _weights = [.. frames.Instructions.Select(text => training.InstructionWeights.GetValueOrDefault(text, 1))];
    }

    /// <summary>The batch of a training step; <paramref name="part"/> of the config's Accumulate.</summary>
    internal Batch Training(long step, int part = 0)
    {
        var draws = _rows.Training(step, part);
        return Build([.. draws.Select(d => _frames.Training[d.Index(_frames.Training.Length)])], draws, augment: true);
    }

    /// <summary>A fixed batch of validation frames, not augmented.</summary>
    internal Batch Validation(int number)
    {
        var draws = _rows.Validation(number);
        return Build([.. draws.Select(d => _frames.Validation[d.Index(_frames.Validation.Length)])], draws, augment: false);
    }

    ITrainingBatch IBatchSource.Training(long step, int part) => Training(step, part);

    ITrainingBatch IBatchSource.Validation(int number) => Validation(number);

    private Batch Build(TrainingFrame[] frames, SampleDraw[] draws, bool augment)
    {
        var labels = frames.Zip(draws, Instruct).ToArray();
        var (pictures, depthPictures, depth, points) = Pictures(frames, draws, augment);
        var (tokens, mask) = Text(labels);
        var input = new NetworkInput(pictures, depthPictures, tokens, States(frames, draws, augment), null, mask);
        var (actions, noise, times, weights) = Flow(frames, labels, draws);
        return new Batch(input, actions, noise, times, weights, depth, points is null ? null : Points(points, labels));
    }

    // Every instruction that makes sense here, by its weight; the one that the frame was made for more often.
    private ChunkLabel Instruct(TrainingFrame frame, SampleDraw draw)
    {
        if (frame.Chunks.Length == 1) return frame.Chunks[0];
        if (frame.Own >= 0 && _weights[frame.Chunks[frame.Own].Instruction] > 0 && draw.Chance(OwnShare)) return frame.Chunks[frame.Own];
        var left = draw.Uniform() * frame.Chunks.Sum(c => _weights[c.Instruction]);
        foreach (var chunk in frame.Chunks) if ((left -= _weights[chunk.Instruction]) <= 0) return chunk;
        return frame.Chunks[^1];
    }

    private (Tensor Pictures, Tensor? DepthPictures, DepthTargets? Depth, float[]? Points) Pictures(TrainingFrame[] frames, SampleDraw[] draws, bool augment)
    {
        var (cameras, side, depthSide) = (_network.ImageKeys.Length, _network.ImageSize, _network.HasDepth ? _network.DepthImageSize : 0);
        var pictures = new float[frames.Length * cameras * 3 * side * side];
        var depthPictures = new float[frames.Length * cameras * 3 * depthSide * depthSide];
        var depth = new float[frames.Length * cameras * depthSide * depthSide];
        var points = _frames.Objects > 0 ? new float[frames.Length * cameras * _frames.Objects * 3] : null;
        for (var row = 0; row < frames.Length; row++)
        {
            for (var camera = 0; camera < cameras; camera++)
            {
                var image = row * cameras + camera;
                var distortion = new Distortion(draws[row], _training.Augmentation, augment);
                distortion.Apply([0.5, 0.5, 0.5], [0.5, 0.5, 0.5], frames[row].Pictures[camera], side, pictures.AsSpan(image * 3 * side * side));
                if (points is not null)
                {
                    var seen = frames[row].Points.AsSpan(camera * _frames.Objects * 3, _frames.Objects * 3);
                    Move(seen, points.AsSpan(image * _frames.Objects * 3), distortion.Move(side));
                }

                if (_network.DepthEncoder is not { } encoder) continue;
                var depthPicture = depthPictures.AsSpan(image * 3 * depthSide * depthSide);
                if (_codesDepth) distortion.Move(encoder.ImageMean.AsSpan(), encoder.ImageStd.AsSpan(), frames[row].DepthPictures[camera], depthSide, depthPicture);
                else distortion.Apply(encoder.ImageMean.AsSpan(), encoder.ImageStd.AsSpan(), frames[row].DepthPictures[camera], depthSide, depthPicture);
                if (frames[row].Depth.Length > 0) distortion.Metres(frames[row].Depth[camera], depthSide, depth.AsSpan(image * depthSide * depthSide));
            }
        }

        return (
            Tensor.From<float>(pictures, [frames.Length, cameras, 3, side, side], _device),
            _network.HasDepth ? Tensor.From<float>(depthPictures, [frames.Length, cameras, 3, depthSide, depthSide], _device) : null,
            _network.HasDepth ? DepthTargets.Of(depth, frames.Length * cameras, DType.Float32, _device) : null,
            points);
    }

    private static void Move(ReadOnlySpan<float> points, Span<float> target, (float U, float V) move)
    {
        for (var i = 0; i < points.Length; i += 3) (target[i], target[i + 1], target[i + 2]) = (points[i] + move.U, points[i + 1] + move.V, points[i + 2]);
    }

    private (Tensor Ids, bool[][]? Mask) Text(ChunkLabel[] labels)
    {
        var prompts = labels.Select(l => _prompts[l.Instruction]).ToArray();
        var length = prompts.Max(p => p.Ids.Length);
        var (ids, masks) = (new long[prompts.Length * length], new bool[prompts.Length][]);
        for (var row = 0; row < prompts.Length; row++)
        {
            masks[row] = new bool[length];
            for (var i = 0; i < prompts[row].Ids.Length; i++) (ids[row * length + i], masks[row][i]) = (prompts[row].Ids[i], true);
        }

        var padded = masks.Any(m => m.Contains(false));
        return (Tensor.From<long>(ids, [prompts.Length, length], _device), padded ? masks : null);
    }

    private Tensor States(TrainingFrame[] frames, SampleDraw[] draws, bool augment)
    {
        var values = new float[frames.Length * _network.StateDim];
        for (var row = 0; row < frames.Length; row++)
        {
            var hidden = augment && draws[row].Chance(_training.Augmentation.StateDropout);
            var state = _robot.ToNetwork(JointVector.From([.. frames[row].State.Select(v => (double)v)]));
            for (var i = 0; i < frames[row].State.Length; i++)
            {
                var noise = augment ? _training.Augmentation.StateNoise * draws[row].Gaussian() : 0;
                values[row * _network.StateDim + i] = hidden ? 0 : (float)(state[i] + noise);
            }
        }

        return Tensor.From<float>(values, [frames.Length, _network.StateDim], _device);
    }

    private (Tensor Actions, Tensor Noise, double[] Times, Tensor? Weights) Flow(TrainingFrame[] frames, ChunkLabel[] labels, SampleDraw[] draws)
    {
        var (horizon, dims, repeats) = (_network.ActionHorizon, _network.ActionDim, _training.Draws);
        var size = horizon * dims;
        var (actions, noise) = (new float[frames.Length * repeats * size], new float[frames.Length * repeats * size]);
        var givenUpTo = _training.MaxCommittedSteps;
        var times = new double[frames.Length * repeats * (givenUpTo > 0 ? horizon : 1)];
        var weights = givenUpTo > 0 ? new float[actions.Length] : null;
        for (var row = 0; row < frames.Length; row++)
        {
            var chunk = _robot.ToNetwork(labels[row].Actions, JointVector.From([.. frames[row].State.Select(v => (double)v)]));
            for (var r = 0; r < repeats; r++)
            {
                var at = row * repeats + r;
                for (var i = 0; i < size; i++) actions[at * size + i] = (float)chunk[i];
                draws[row].Gaussian(noise.AsSpan(at * size, size));
                var time = _schedule?.Draw(draws[row].Uniform()) ?? FlowMatching.Time(draws[row].Uniform());
                if (weights is null)
                {
                    times[at] = time;
                    continue;
                }

                // Given steps stand at t = 0, where x_t is the action itself, and are not asked for.
                var given = draws[row].Index(givenUpTo + 1);
                for (var step = 0; step < horizon; step++)
                {
                    times[at * horizon + step] = step < given ? 0 : time;
                    weights.AsSpan(at * size + step * dims, dims).Fill(step < given ? 0 : 1);
                }
            }
        }

        long[] shape = [frames.Length * repeats, horizon, dims];
        return (Tensor.From<float>(actions, shape, _device), Tensor.From<float>(noise, shape, _device), times,
            weights is null ? null : Tensor.From<float>(weights, shape, _device));
    }

    private PointTargets Points(float[] points, ChunkLabel[] labels)
    {
        var (cameras, objects) = (_network.ImageKeys.Length, _frames.Objects);
        var side = _network.ImageSize / _network.Vision.PatchSize;
        var named = new float[labels.Length * cameras * 2 * 3];
        Array.Fill(named, float.NaN);
        for (var row = 0; row < labels.Length; row++)
        {
            for (var camera = 0; camera < cameras; camera++)
            {
                var image = row * cameras + camera;
                void Take(int thing, int place)
                {
                    if (thing >= 0) points.AsSpan((image * objects + thing) * 3, 3).CopyTo(named.AsSpan((image * 2 + place) * 3));
                }

                Take(labels[row].Object, 0);
                Take(labels[row].Goal, 1);
            }
        }

        return PointTargets.Of(points, labels.Length, cameras, side, _device, PointTargets.Of(named, labels.Length, cameras, side, _device));
    }
}
