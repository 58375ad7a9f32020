using System.Collections.Immutable;
using System.Diagnostics;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Imaging;
using DepthVla.Robot.Model.Checkpoints;
using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Continuing;
using DepthVla.Robot.Model.Diffusion;
using DepthVla.Robot.Model.Experts;
using DepthVla.Robot.Model.Network;
using DepthVla.Robot.Model.Operators;
using DepthVla.Robot.Model.Randomness;
using DepthVla.Robot.Model.Recording;
using DepthVla.Robot.Model.Text;
using DepthVla.Robot.Model.Text.SentencePiece;
using DepthVla.Robot.Model.Transforms;
using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Cuda;
using DepthVla.Robot.Torch.Native;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Policies;

/// <summary>A checkpoint with its transforms: pictures, joint positions and words in, actions out.</summary>
/// <remarks>
/// Decode, preprocess, network, post-process, all on the calling thread, which for the time of a call must be the only one. The same
/// observation, checkpoint and noise seed give the same chunk, bit for bit, on one machine; where a chunk was made with the depth of an earlier
/// observation, that one, too.
/// </remarks>
public sealed class DepthVlaPolicy : IBatchPolicy, IDisposable
{
    private readonly Checkpoint _checkpoint;
    private readonly CudaKernels? _kernels;
    private readonly FusedOperators? _fused;
    private readonly IActionNetwork _network;
    private readonly RobotTransform _robot;
    private readonly Continuation _continuation;
    private readonly ObservationTensors _inputs;
    private readonly DepthReuse _depth;
    private readonly TorchDevice _device;

    private DepthVlaPolicy(Checkpoint checkpoint, TorchDevice device, PolicyChoices choices)
    {
        (_checkpoint, _device, _depth) = (checkpoint, device, new DepthReuse(choices.DepthEvery));
        var (config, stored) = (ChosenConfig.Of(checkpoint, device, choices), checkpoint.StoredType);
        _robot = new RobotTransform(config, checkpoint.Stats);
        _continuation = new Continuation(checkpoint, choices.Continuation, _robot);
        var precision = stored == DType.BFloat16 ? ComputePrecision.BFloat16 : stored == DType.Float64 ? ComputePrecision.Float64 : ComputePrecision.Float32;
        using var grad = GradMode.Off();
        var isFloat8 = choices.Products == ProductPrecision.Float8;
        var records = config.Network.UNet is null && choices.EngineOn(device) == InferenceEngine.Graph;   // a U-Net's few calls are left as they are
        if (records && precision == ComputePrecision.BFloat16) _fused = new FusedOperators(_kernels = CudaKernels.Compile(KernelSource.Text, "kernels", device));
        var weights = new WeightStore(new CheckpointWeights(checkpoint.Weights), device, precision)
        {
            Operators = _fused is null ? new EagerOperators() : _fused,
            Watcher = choices.Watcher,
            EightBit = isFloat8 ? choices.Ranges ?? Float8File.Read(checkpoint) : null,
        };
        _network = config.Network.UNet is not null ? new DiffusionNetwork(config.Network, weights)
            : records ? new RecordedNetwork(new DepthVlaNetwork(config.Network, weights), new CudaRecorder(device), keepsDepth: choices.DepthEvery > 1)
            : new DepthVlaNetwork(config.Network, weights);
        _inputs = new ObservationTensors(config, _robot, Tokenizer(checkpoint), _network, weights.Operators, device);
        Info = new PolicyInfo
        {
            Name = config.Name, ModelHash = checkpoint.Hash, NormalizationHash = checkpoint.NormalizationHash, Parameters = checkpoint.Parameters,
            Trained = config.Trained, Precision = (isFloat8 ? DType.Float8E4M3 : precision.Compute).Name(), Device = device.ToString(), Cameras = config.Network.ImageKeys,
            Joints = config.Policy.Joints, Horizon = config.Network.ActionHorizon, StepRateHz = config.Policy.StepRateHz, Actions = config.Policy.Actions,
            Dims = config.Policy.Dims, ExecuteSteps = config.Policy.ExecuteSteps, HasDepth = config.Network.HasDepth,
            Continues = _continuation.Method, ReadsTrueDepth = config.Policy.DepthInput == DepthInput.TrueDepth,
        };
    }

    /// <inheritdoc/>
    public PolicyInfo Info { get; }

    /// <summary>Opens a checkpoint folder and places its weights on <paramref name="device"/>, computing in the type they are stored in.</summary>
    /// <param name="folder">Of the checkpoint.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="choices">What the checkpoint leaves open; null takes what it suggests.</param>
    /// <exception cref="CheckpointException">The checkpoint does not fit itself, or not the choices; everything that does not is listed.</exception>
    public static DepthVlaPolicy Load(string folder, TorchDevice device, PolicyChoices? choices = null)
    {
        var checkpoint = Checkpoint.Open(folder);
        try { return new DepthVlaPolicy(checkpoint, device, choices ?? new()); }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The network's output is not finite.</exception>
    /// <exception cref="PolicyLostException">The CUDA device failed or is out of memory; the process must end.</exception>
    public ValueTask<ActionChunk> InferAsync(Observation observation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(observation);
        var answer = InferBatch([observation], cancellationToken)[0];
        return answer.Refusal is null ? ValueTask.FromResult(answer.Chunk!) : throw answer.Refusal;
    }

    /// <summary>A picture made square as the model makes it, but with <paramref name="side"/> px a side: its depth map lies on that.</summary>
    public RgbImage AsSeen(RgbImage picture, int side) => ObservationTensors.Resize(_checkpoint.Config.Policy.Resize, side).Apply(picture);

    /// <summary>The network's own answer, before anything of the robot's comes to it: [H · action_dim], normalised.</summary>
    internal double[] InferNormalized(Observation observation)
    {
        using var grad = GradMode.Off();
        using var scope = new TensorScope();
        using var depth = _depth.Recall([observation]);
        var read = _inputs.Read([observation], depth)[0];
        if (read.Refusal is { } refusal) throw refusal;
        var noise = Noise([observation.NoiseSeed ?? (ulong)observation.Sequence]);
        return _network.Sample(read.Input!, noise, wantDepth: false, new StageClock(_device)).Actions.To(DType.Float64).ToArray<double>();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _inputs.Dispose();
        _network.Dispose();
        _fused?.Dispose();
        _kernels?.Dispose();
        _checkpoint.Dispose();
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The network's output is not finite.</exception>
    public IReadOnlyList<BatchAnswer> InferBatch(IReadOnlyList<Observation> observations, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(observations);
        cancellationToken.ThrowIfCancellationRequested();
        try { return Answer(observations); }
        catch (TorchException e) when (_device.IsCuda)
        {
            // A graph's memory may be another's by now, and a device that failed once stays so for this process.
            throw new PolicyLostException($"{_device}: {e.Message}", e);
        }
    }

    private BatchAnswer[] Answer(IReadOnlyList<Observation> observations)
    {
        using var grad = GradMode.Off();
        using var scope = new TensorScope();
        var start = Stopwatch.GetTimestamp();
        var (answers, asked) = (new BatchAnswer[observations.Count], new List<(int Place, Asked Row)>());
        using var depth = _depth.Recall(observations);
        var read = _inputs.Read(observations, depth);
        for (var i = 0; i < read.Count; i++)
        {
            if (read[i].Refusal is { } unread)
            {
                answers[i] = new(null, unread);
                continue;
            }

            try
            {
                asked.Add((i, new(observations[i], _continuation.Read(observations[i]), read[i], start)));
            }
            catch (InvalidObservationException refused) { answers[i] = new(null, refused); }
        }

        // Rows that look through different cameras have different tokens: each such kind is a batch of its own.
        foreach (var alike in asked.GroupBy(a => string.Join(',', a.Row.Observation.Frames.Select(f => f.Camera))))
        {
            var sorted = alike.OrderBy(a => a.Row.ReadsDepth).ToArray();                         // whose depth is known first: fewer patterns to record
            var (chunks, seen) = Answer([.. sorted.Select(a => a.Row)]);
            foreach (var (row, (place, asking)) in sorted.Index())
            {
                answers[place] = new(chunks[row], null);
                depth.Keep(place, asking.Observation, seen, row);
            }
        }

        return answers;
    }

    private (ActionChunk[] Chunks, KeyValueCache? Depth) Answer(IReadOnlyList<Asked> rows)
    {
        var clock = new StageClock(_device);
        ulong[] seeds = [.. rows.Select(row => row.Observation.NoiseSeed ?? (ulong)row.Observation.Sequence)];
        var running = _continuation.ToNetwork([.. rows.Select(row => (row.Running, row.Observation.Proprioception))], _network.Precision.Wide, _device);
        var sampled = _network.Sample(NetworkInput.Join([.. rows.Select(row => row.Read.Input!)]), Noise(seeds), rows.Any(row => row.Observation.WantDepth), clock, running);
        var actions = clock.Measure(Stage.Post, () => sampled.Actions.To(DType.Float64).ToArray<double>());
        var metres = new Queue<Memory<float>>(Maps(sampled.Metres, rows.Count(row => row.ReadsDepth)));
        var chunks = rows.Select((row, i) => Chunk(row, seeds[i], Part(actions, i, rows.Count), row.ReadsDepth && metres.Count > 0 ? metres.Dequeue() : default, clock.Timings));
        return ([.. chunks], sampled.Depth);
    }

    // A part for each row whose depth was read.
    private static IEnumerable<Memory<float>> Maps(Tensor? metres, int rows)
    {
        var all = metres?.ToArray<float>();
        return all is null ? [] : Enumerable.Range(0, rows).Select(i => all.AsMemory(Of(all.Length, i, rows)));
    }

    private ActionChunk Chunk(Asked row, ulong seed, ReadOnlySpan<double> numbers, Memory<float> metres, in StageTimings network)
    {
        var observation = row.Observation;
        var actions = _robot.ToRobot(numbers, observation.Proprioception);
        if (!Array.TrueForAll(actions, float.IsFinite)) throw new InvalidOperationException($"model {Info.Name} answered with numbers that are not finite; its weights or statistics are broken");
        var timings = network;
        (timings[Stage.Decode], timings[Stage.Preprocess]) = ((long)row.Read.Decode.TotalNanoseconds, (long)row.Read.Preprocess.TotalNanoseconds);
        timings[Stage.Total] = (long)Stopwatch.GetElapsedTime(row.Start).TotalNanoseconds;
        var period = (long)Math.Round(1e9 / Info.StepRateHz);
        return new ActionChunk
        {
            BasedOnSequence = observation.Sequence, FirstStepTimeNs = observation.CaptureTimeNs + Info.Actions.FirstStep() * period,
            StepPeriodNs = period, StepValidNs = period,
            Steps = Info.Horizon, Dims = _robot.Dims, Actions = actions, ModelHash = Info.ModelHash, NoiseSeed = seed,
            Timings = timings, Depth = observation.WantDepth && metres.Length > 0 ? DepthMaps(observation, metres) : [],
            Continued = _continuation.Say(row.Running), DepthBasedOnSequence = row.Read.DepthOf,
        };
    }

    /// <summary>[B, H, action_dim]</summary>
    private Tensor Noise(ulong[] seeds)
    {
        var config = _checkpoint.Config.Network;
        float[] noise = [.. seeds.SelectMany(seed => GaussianNoise.Draw(seed, config.ActionHorizon * config.ActionDim))];
        return Tensor.From<float>(noise, [seeds.Length, config.ActionHorizon, config.ActionDim]).To(_network.Precision.Wide).To(_device);
    }

    private static Range Of(int all, int row, int rows) => (all / rows * row)..(all / rows * (row + 1));

    private static ReadOnlySpan<double> Part(double[] all, int row, int rows) => all.AsSpan(Of(all.Length, row, rows));

    // metres: [C, D, D]
    private ImmutableArray<DepthMap> DepthMaps(Observation observation, Memory<float> metres)
    {
        var side = _checkpoint.Config.Network.DepthImageSize;
        return [.. observation.Frames.Select((frame, i) => new DepthMap(frame.Camera, side, side, metres.Slice(i * side * side, side * side)))];
    }

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

    /// <summary>An observation that can be answered.</summary>
    /// <param name="Observation">What came.</param>
    /// <param name="Running">The plan to go on from, if any.</param>
    /// <param name="Read">Its tensors.</param>
    /// <param name="Start">When reading began, in ticks of the stopwatch.</param>
    private sealed record Asked(Observation Observation, RunningPlan? Running, ReadObservation Read, long Start)
    {
        internal bool ReadsDepth => Read.DepthOf is null;
    }
}
