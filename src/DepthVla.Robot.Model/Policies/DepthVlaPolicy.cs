using System.Collections.Immutable;
using System.Diagnostics;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Imaging;
using DepthVla.Robot.Model.Checkpoints;
using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Continuing;
using DepthVla.Robot.Model.Diffusion;
using DepthVla.Robot.Model.Network;
using DepthVla.Robot.Model.Randomness;
using DepthVla.Robot.Model.Text;
using DepthVla.Robot.Model.Text.SentencePiece;
using DepthVla.Robot.Model.Transforms;
using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Policies;

/// <summary>A checkpoint with its transforms: pictures, joint positions and words in, actions out.</summary>
/// <remarks>
/// Decode, preprocess, network, post-process, all on the calling thread, which for the time of a call must be the only one. The same
/// observation, checkpoint and noise seed give the same chunk, bit for bit, on one machine.
/// </remarks>
public sealed class DepthVlaPolicy : IPolicy, IDisposable
{
    private readonly Checkpoint _checkpoint;
    private readonly IActionNetwork _network;
    private readonly RobotTransform _robot;
    private readonly ObservationTensors _inputs;
    private readonly TorchDevice _device;

    private DepthVlaPolicy(Checkpoint checkpoint, TorchDevice device, bool maskDepth, ContinuationMethod? continuation)
    {
        (_checkpoint, _device) = (checkpoint, device);
        var (config, stored) = (maskDepth ? WithoutDepth(checkpoint.Config) : checkpoint.Config, checkpoint.StoredType);
        var precision = stored == DType.BFloat16 ? ComputePrecision.BFloat16 : stored == DType.Float64 ? ComputePrecision.Float64 : ComputePrecision.Float32;
        using var grad = GradMode.Off();
        var weights = new WeightStore(new CheckpointWeights(checkpoint.Weights), device, precision);
        _network = config.Network.UNet is null ? new DepthVlaNetwork(config.Network, weights) : new DiffusionNetwork(config.Network, weights);
        _robot = new RobotTransform(config, checkpoint.Stats);
        _inputs = new ObservationTensors(config, _robot, Tokenizer(checkpoint), device);
        Info = new PolicyInfo
        {
            Name = config.Name, ModelHash = checkpoint.Hash, NormalizationHash = checkpoint.NormalizationHash, Parameters = checkpoint.Parameters,
            Trained = config.Trained, Precision = precision.Compute.Name(), Device = device.ToString(), Cameras = config.Network.ImageKeys,
            Joints = config.Policy.Joints, Horizon = config.Network.ActionHorizon, StepRateHz = config.Policy.StepRateHz, Actions = config.Policy.Actions,
            Dims = config.Policy.Dims, ExecuteSteps = config.Policy.ExecuteSteps, HasDepth = config.Network.HasDepth,
            Continues = Continuation(checkpoint, continuation), ReadsTrueDepth = config.Policy.DepthInput == DepthInput.TrueDepth,
        };
    }

    /// <inheritdoc/>
    public PolicyInfo Info { get; }

    /// <summary>Opens a checkpoint folder and places its weights on <paramref name="device"/>, computing in the type they are stored in.</summary>
    /// <param name="folder">Of the checkpoint.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="maskDepth">Hides the depth stream from state and actions, whatever the checkpoint says: to learn what it is good for.</param>
    /// <param name="continuation">How chunks go on from the plan being executed; null: by prefix if it was trained for that, else not.</param>
    /// <exception cref="CheckpointException">The checkpoint does not fit itself, or not that continuation; everything that does not is listed.</exception>
    public static DepthVlaPolicy Load(string folder, TorchDevice device, bool maskDepth = false, ContinuationMethod? continuation = null)
    {
        var checkpoint = Checkpoint.Open(folder);
        try { return new DepthVlaPolicy(checkpoint, device, maskDepth, continuation); }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The network's output is not finite.</exception>
    public ValueTask<ActionChunk> InferAsync(Observation observation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(observation);
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Infer(observation));
    }

    /// <summary>A picture made square as the model makes it, but with <paramref name="side"/> px a side: its depth map lies on that.</summary>
    public RgbImage AsSeen(RgbImage picture, int side) => ObservationTensors.Resize(_checkpoint.Config.Policy.Resize, side).Apply(picture);

    /// <inheritdoc/>
    public void Dispose()
    {
        _network.Dispose();
        _checkpoint.Dispose();
    }

    private ActionChunk Infer(Observation observation)
    {
        using var grad = GradMode.Off();
        using var scope = new TensorScope();
        var start = Stopwatch.GetTimestamp();
        var clock = new StageClock(_device);
        var config = _checkpoint.Config.Network;
        var seed = observation.NoiseSeed ?? (ulong)observation.Sequence;

        var pictures = clock.Measure(Stage.Decode, () => _inputs.Decode(observation));
        var input = clock.Measure(Stage.Preprocess, () => _inputs.ToNetwork(observation, pictures));
        var running = observation.Running is { } plan && Info.Continues != ContinuationMethod.None ? Running(plan, observation.Proprioception) : null;
        var sampled = _network.Sample(input, Noise(seed), observation.WantDepth, clock, running);
        var actions = clock.Measure(Stage.Post, () => _robot.ToRobot(sampled.Actions.To(DType.Float64).ToArray<double>(), observation.Proprioception));
        if (!Array.TrueForAll(actions, float.IsFinite)) throw new InvalidOperationException($"model {Info.Name} answered with numbers that are not finite; its weights or statistics are broken");
        var depth = sampled.Metres is { } metres ? DepthMaps(observation, metres.ToArray<float>()) : [];

        var timings = clock.Timings;
        timings[Stage.Total] = (long)Stopwatch.GetElapsedTime(start).TotalNanoseconds;
        var period = (long)Math.Round(1e9 / Info.StepRateHz);
        return new ActionChunk
        {
            BasedOnSequence = observation.Sequence, FirstStepTimeNs = observation.CaptureTimeNs + Info.Actions.FirstStep() * period,
            StepPeriodNs = period, StepValidNs = period,
            Steps = config.ActionHorizon, Dims = _robot.Dims, Actions = actions, ModelHash = Info.ModelHash, NoiseSeed = seed,
            Timings = timings, Depth = depth,
            Continued = running is null ? null : new(running.Method, running.Committed, Clamped: running.Committed < observation.Running!.Committed),
        };
    }

    // As the network has it, cut to the horizon and filled up with zeros.
    private RunningSteps Running(RunningPlan plan, in JointVector state)
    {
        if (plan.Dims != Info.Dims) throw new InvalidObservationException("running.dims", $"expected {Info.Dims} numbers a step, got {plan.Dims}");
        var network = _checkpoint.Config.Network;
        var steps = Math.Min(plan.Steps, network.ActionHorizon);
        var actions = new double[network.ActionHorizon * network.ActionDim];
        _robot.ToNetwork(plan.Actions.Span[..(steps * plan.Dims)], state).CopyTo(actions, 0);
        var trained = Info.Continues == ContinuationMethod.Prefix ? _checkpoint.Config.Policy.MaxCommittedSteps : null;
        return new(Info.Continues, Tensor.From<double>(actions, [1, network.ActionHorizon, network.ActionDim]).To(_network.Precision.Wide).To(_device),
            RunningSteps.Bound(plan, network.ActionHorizon, trained), steps);
    }

    private static ContinuationMethod Continuation(Checkpoint checkpoint, ContinuationMethod? asked)
    {
        var (config, trained) = (checkpoint.Config, checkpoint.Config.Policy.MaxCommittedSteps is not null);
        var method = asked ?? (trained ? ContinuationMethod.Prefix : ContinuationMethod.None);
        if (method == ContinuationMethod.Prefix && !trained)
            throw new CheckpointException(checkpoint.Folder, ["policy.max_committed_steps: expected 1 or more, for continuation by prefix, got none; train it with max_committed_steps, or continue by guidance"]);
        if (method != ContinuationMethod.None && config.Network.UNet is not null)
            throw new CheckpointException(checkpoint.Folder, [$"network.u_net: expected none, for continuation by {method}, got one; choose none"]);
        return method;
    }

    /// <summary>[1, H, action_dim]</summary>
    private Tensor Noise(ulong seed)
    {
        var config = _checkpoint.Config.Network;
        var noise = GaussianNoise.Draw(seed, config.ActionHorizon * config.ActionDim);
        return Tensor.From<float>(noise, [1, config.ActionHorizon, config.ActionDim]).To(_network.Precision.Wide).To(_device);
    }

    // metres: [C, D, D]
    private ImmutableArray<DepthMap> DepthMaps(Observation observation, float[] metres)
    {
        var side = _checkpoint.Config.Network.DepthImageSize;
        return [.. observation.Frames.Select((frame, i) => new DepthMap(frame.Camera, side, side, metres.AsMemory(i * side * side, side * side)))];
    }

    private static CheckpointConfig WithoutDepth(CheckpointConfig config) => config with
    {
        Network = config.Network with { Attention = config.Network.Attention with { StateSeesDepth = false, ActionSeesDepth = false } },
    };

    private static ITokenizer Tokenizer(Checkpoint checkpoint)
    {
        ITokenizer tokenizer = checkpoint.Config.Policy.Tokenizer == TokenizerKind.Bytes
            ? new ByteTokenizer()
            : SentencePieceTokenizer.Load(checkpoint.TokenizerPath);
        return tokenizer.VocabularySize <= checkpoint.Config.Network.VocabSize
            ? tokenizer
            : throw new CheckpointException(checkpoint.Folder,
                [$"{Checkpoint.TokenizerFile}: it has {tokenizer.VocabularySize} pieces, network.vocab_size is {checkpoint.Config.Network.VocabSize}"]);
    }
}
