using System.Diagnostics;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Imaging;
using DepthVla.Robot.Imaging.Resampling;
using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Network;
using DepthVla.Robot.Model.Operators;
using DepthVla.Robot.Model.Text;
using DepthVla.Robot.Model.Transforms;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Policies;

/// <summary>Observations to the network's tensors: pictures, prompt, state; absent cameras and padding are left out.</summary>
/// <remarks>The frames of all observations are decoded side by side, straight into the tensors' memory. For one thread at a time.</remarks>
internal sealed class ObservationTensors : IDisposable
{
    private readonly NetworkConfig _network;
    private readonly RobotTransform _robot;
    private readonly PromptEncoder _prompts;
    private readonly EmbeddedPrompts _texts;
    private readonly PixelView _vision;
    private readonly PixelView? _depth;
    private readonly bool _readsTrueDepth;
    private readonly IOperators _operators;
    private readonly TorchDevice _device;
    private readonly List<FramePixels> _workers = [];

    internal ObservationTensors(CheckpointConfig config, RobotTransform robot, ITokenizer tokenizer, IActionNetwork network, IOperators operators, TorchDevice device)
    {
        (_network, _robot, _operators, _device, _readsTrueDepth) = (config.Network, robot, operators, device, config.Policy.DepthInput == DepthInput.TrueDepth);
        _prompts = new PromptEncoder(tokenizer, config.Policy.Prompt, config.Network.MaxTokenLen);
        _texts = new EmbeddedPrompts(network, device);
        _vision = new(Resize(config.Policy.Resize, config.Network.ImageSize), PixelNormalization.SigLip);
        _depth = config.Network.DepthEncoder is { } e
            ? new(Resize(config.Policy.Resize, config.Network.DepthImageSize), new((e.ImageMean[0], e.ImageMean[1], e.ImageMean[2]), (e.ImageStd[0], e.ImageStd[1], e.ImageStd[2])))
            : null;
    }

    /// <summary>Reads every observation that can be read; the others say why not.</summary>
    /// <param name="observations">What came.</param>
    /// <param name="known">The depth that need not be read of it.</param>
    internal IReadOnlyList<ReadObservation> Read(IReadOnlyList<Observation> observations, RecalledDepth known)
    {
        var start = Stopwatch.GetTimestamp();
        var drafts = observations.Select((observation, i) => Begin(observation, known[i])).ToArray();
        var frames = drafts.Where(draft => draft.Refusal is null).SelectMany(draft => Enumerable.Range(0, draft.Observation.Frames.Length).Select(camera => (Draft: draft, Camera: camera))).ToArray();
        while (_workers.Count < frames.Length) _workers.Add(new FramePixels(_vision, _depth));
        if (frames.Length == 1) frames[0].Draft.Fill(0, _workers[0]);
        else Parallel.For(0, frames.Length, i => frames[i].Draft.Fill(frames[i].Camera, _workers[i]));

        var (decode, resize) = (_workers.Take(frames.Length).Sum(w => w.DecodeTicks), _workers.Take(frames.Length).Sum(w => w.ResizeTicks));
        var shareOfDecoding = decode / (double)Math.Max(1, decode + resize);
        var read = drafts.Select(draft => (draft.Observation, draft.Refusal, Input: draft.Refusal is null ? ToNetwork(draft) : null)).ToArray();
        var took = Stopwatch.GetElapsedTime(start);
        return [.. read.Select((r, i) => new ReadObservation(r.Observation, r.Input, known[i]?.Sequence, r.Refusal, took * shareOfDecoding, took * (1 - shareOfDecoding)))];
    }

    internal static ImageResize Resize(ResizeMethod method, int side) => method == ResizeMethod.Pad
        ? new ResizeWithPad(new ImageSize(side, side))
        : new Stretch(new ImageSize(side, side));

    public void Dispose() => _texts.Dispose();

    // Everything but the frames' pixels.
    private Draft Begin(Observation observation, KeptDepth? knownDepth)
    {
        try
        {
            CheckFrames(observation);
            var state = State(observation);
            var prompt = _prompts.Encode(observation.Instruction, state.AsSpan(0, _robot.Joints));
            if (prompt.IsTruncated)
                throw new InvalidObservationException("instruction", $"it has {prompt.FullLength} tokens, the model reads {_network.MaxTokenLen}; say it shorter");
            var trueDepth = _readsTrueDepth && knownDepth is null ? TrueDepth(observation) : [];
            return new(observation)
            {
                State = state, Prompt = prompt, TrueDepth = trueDepth, Vision = Pictures(observation, _vision)!,
                Depth = knownDepth is null ? Pictures(observation, _depth) : null, KnownDepth = knownDepth,
            };
        }
        catch (InvalidObservationException refusal) { return new(observation) { Refusal = refusal }; }
    }

    private Tensor? Pictures(Observation observation, PixelView? view) => view is null ? null
        : Tensor.Staging<byte>([1, observation.Frames.Length, view.Resize.Target.Height, view.Resize.Target.Width, 3], _device);

    private NetworkInput ToNetwork(Draft draft) => new(
        _operators.Planes(draft.Vision!, _vision.Normalization, _device), draft.Depth is { } depth ? _operators.Planes(depth, _depth!.Normalization, _device) : null,
        _texts.Of(draft.Prompt!), Tensor.From<double>(draft.State, [1, draft.State.Length], _device),
        KnownDepth: draft.KnownDepth is null ? null : new([draft.KnownDepth.Cache]));

    private void CheckFrames(Observation observation)
    {
        var next = 0;
        foreach (var frame in observation.Frames)
        {
            var camera = _network.ImageKeys.IndexOf(frame.Camera);
            if (camera < 0) throw new InvalidObservationException($"frames[{frame.Camera}]", $"no such camera; the model knows {string.Join(", ", _network.ImageKeys)}");
            if (camera < next) throw new InvalidObservationException($"frames[{frame.Camera}]", $"out of order or sent twice; send {string.Join(", ", _network.ImageKeys)} in that order");
            next = camera + 1;
        }

        if (next == 0) throw new InvalidObservationException("frames", $"none came; send at least one of {string.Join(", ", _network.ImageKeys)}");
        if (_network.UNet is not null && observation.Frames.Length != _network.ImageKeys.Length)
            throw new InvalidObservationException("frames", $"{observation.Frames.Length} came; this policy needs all of {string.Join(", ", _network.ImageKeys)}");
    }

    private double[] State(Observation observation)
    {
        var proprioception = observation.Proprioception;
        if (proprioception.Count != _robot.Joints) throw new InvalidObservationException("proprioception", $"expected {_robot.Joints} numbers, one a joint, got {proprioception.Count}");
        if (!proprioception.IsFinite) throw new InvalidObservationException("proprioception", $"expected finite numbers, got {proprioception}; check the joint sensors");
        var state = _robot.ToNetwork(proprioception);
        return Array.TrueForAll(state, v => float.IsFinite((float)v)) ? state
            : throw new InvalidObservationException("proprioception", $"expected positions that an arm can have, got {proprioception}; check the joint sensors and their units");
    }

    private RgbImage[] TrueDepth(Observation observation)
    {
        if (!observation.TrueDepth.Select(d => d.Camera).SequenceEqual(observation.Frames.Select(f => f.Camera)))
            throw new InvalidObservationException("true depth", "this policy reads it, one map a frame; only a simulator has it: depthvla evaluate");
        return [.. observation.TrueDepth.Select(d => DepthCode.Picture(_depth!.Resize.Apply(DepthImage.FromMetres(d.Metres.Span, new ImageSize(d.Width, d.Height)))))];
    }

    /// <summary>An observation on its way.</summary>
    private sealed class Draft(Observation observation)
    {
        internal Observation Observation => observation;

        internal double[] State { get; init; } = [];

        internal Prompt? Prompt { get; init; }

        internal RgbImage[] TrueDepth { get; init; } = [];

        /// <summary>uint8 [1, C, S, S, 3]</summary>
        internal Tensor? Vision { get; init; }

        /// <summary>uint8 [1, C, D, D, 3]; null where depth is known, or there is none.</summary>
        internal Tensor? Depth { get; init; }

        internal KeptDepth? KnownDepth { get; init; }

        /// <summary>Written by the thread that meets the broken frame, read when all are done.</summary>
        internal InvalidObservationException? Refusal { get; set; }

        internal void Fill(int camera, FramePixels worker)
        {
            try
            {
                worker.Read(observation.Frames[camera], TrueDepth.ElementAtOrDefault(camera), Picture(Vision!, camera), Depth is null ? default : Picture(Depth, camera));
            }
            catch (InvalidObservationException refusal) { Refusal = refusal; }
        }

        private Span<byte> Picture(Tensor pictures, int camera)
        {
            var all = pictures.InPlace<byte>();
            var size = all.Length / observation.Frames.Length;
            return all.Slice(camera * size, size);
        }
    }
}

/// <summary>An observation that was read, or why it was not.</summary>
/// <param name="Observation">What came.</param>
/// <param name="Input">One row; null with a refusal.</param>
/// <param name="DepthOf">The earlier observation whose depth it has; null with depth of its own, or none.</param>
/// <param name="Refusal">What is wrong with it.</param>
/// <param name="Decode">How long decoding took, of the time that all observations took together.</param>
/// <param name="Preprocess">And the rest.</param>
internal readonly record struct ReadObservation(Observation Observation, NetworkInput? Input, long? DepthOf, InvalidObservationException? Refusal, TimeSpan Decode, TimeSpan Preprocess);
