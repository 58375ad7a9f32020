using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Imaging;
using DepthVla.Robot.Imaging.Frames;
using DepthVla.Robot.Imaging.Resampling;
using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Network;
using DepthVla.Robot.Model.Text;
using DepthVla.Robot.Model.Transforms;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Policies;

/// <summary>An observation to the network's tensors: pictures, prompt, state; absent cameras and padding are left out.</summary>
internal sealed class ObservationTensors
{
    private readonly NetworkConfig _network;
    private readonly RobotTransform _robot;
    private readonly PromptEncoder _prompts;
    private readonly ImageResize _visionResize;
    private readonly ImageResize _depthResize;
    private readonly PixelNormalization _depthPixels;
    private readonly bool _readsTrueDepth;
    private readonly TorchDevice _device;

    internal ObservationTensors(CheckpointConfig config, RobotTransform robot, ITokenizer tokenizer, TorchDevice device)
    {
        (_network, _robot, _device, _readsTrueDepth) = (config.Network, robot, device, config.Policy.DepthInput == DepthInput.TrueDepth);
        _prompts = new PromptEncoder(tokenizer, config.Policy.Prompt, config.Network.MaxTokenLen);
        _visionResize = Resize(config.Policy.Resize, config.Network.ImageSize);
        _depthResize = config.Network.HasDepth ? Resize(config.Policy.Resize, config.Network.DepthImageSize) : _visionResize;
        _depthPixels = config.Network.DepthEncoder is { } e
            ? new PixelNormalization((e.ImageMean[0], e.ImageMean[1], e.ImageMean[2]), (e.ImageStd[0], e.ImageStd[1], e.ImageStd[2]))
            : PixelNormalization.DinoV2;
    }

    /// <summary>The frames as upright pictures, in the network's camera order.</summary>
    /// <exception cref="InvalidObservationException">A frame is broken, a camera unknown or doubled, or there is no frame.</exception>
    internal IReadOnlyList<RgbImage> Decode(Observation observation)
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
        return [.. observation.Frames.Select(FrameDecoder.Decode)];
    }

    /// <summary>Resizes, normalises, tokenises.</summary>
    /// <exception cref="InvalidObservationException">The state is not one number a joint, or the instruction is too long.</exception>
    internal NetworkInput ToNetwork(Observation observation, IReadOnlyList<RgbImage> pictures)
    {
        var proprioception = observation.Proprioception;
        if (proprioception.Count != _robot.Joints) throw new InvalidObservationException("proprioception", $"expected {_robot.Joints} numbers, one a joint, got {proprioception.Count}");
        if (!proprioception.IsFinite) throw new InvalidObservationException("proprioception", $"expected finite numbers, got {proprioception}; check the joint sensors");

        var state = _robot.ToNetwork(proprioception);
        if (!Array.TrueForAll(state, v => float.IsFinite((float)v))) throw new InvalidObservationException("proprioception", $"expected positions that an arm can have, got {proprioception}; check the joint sensors and their units");
        var prompt = _prompts.Encode(observation.Instruction, state.AsSpan(0, _robot.Joints));
        if (prompt.IsTruncated)
        {
            throw new InvalidObservationException("instruction", $"it has {prompt.FullLength} tokens, the model reads {_network.MaxTokenLen}; say it shorter");
        }

        return new NetworkInput(
            Pixels(pictures, _visionResize, PixelNormalization.SigLip),
            _network.HasDepth ? Pixels(_readsTrueDepth ? TrueDepth(observation) : pictures, _depthResize, _depthPixels) : null,
            Tensor.From<long>([.. prompt.Ids.Select(id => (long)id)], [1, prompt.Ids.Length], _device),
            Tensor.From<double>(state, [1, state.Length], _device));
    }

    private IReadOnlyList<RgbImage> TrueDepth(Observation observation)
    {
        if (!observation.TrueDepth.Select(d => d.Camera).SequenceEqual(observation.Frames.Select(f => f.Camera)))
            throw new InvalidObservationException("true depth", "this policy reads it, one map a frame; only a simulator has it: depthvla evaluate");
        return [.. observation.TrueDepth.Select(d => DepthCode.Picture(_depthResize.Apply(DepthImage.FromMetres(d.Metres.Span, new ImageSize(d.Width, d.Height)))))];
    }

    private Tensor Pixels(IReadOnlyList<RgbImage> pictures, ImageResize resize, PixelNormalization normalization)
    {
        var (width, height) = resize.Target;
        var values = new float[pictures.Count * 3 * height * width];
        for (var i = 0; i < pictures.Count; i++)
        {
            normalization.Apply(resize.Apply(pictures[i]), values.AsSpan(i * 3 * height * width, 3 * height * width));
        }

        return Tensor.From<float>(values, [1, pictures.Count, 3, height, width], _device);
    }

    internal static ImageResize Resize(ResizeMethod method, int side) => method == ResizeMethod.Pad
        ? new ResizeWithPad(new ImageSize(side, side))
        : new Stretch(new ImageSize(side, side));
}
