using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Model.Continuing;
using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Experts;
using DepthVla.Robot.Model.Layers;
using DepthVla.Robot.Model.Network;
using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Diffusion;

/// <summary>A small Diffusion Policy (Chi et al., arXiv 2303.04137), to compare with: the observation boiled down to points, and a U-Net that denoises chunks.</summary>
/// <remarks>
/// The eyes are the VLM that DepthVLA has too, in the place of the paper's ResNet: so it can be told what to do, and what is compared is how actions are made.
/// Its last picture tokens say where some points are (spatial softmax); these and the state are all that the U-Net knows. Tensors belong to the caller's
/// <see cref="TensorScope"/>. For one thread at a time.
/// </remarks>
internal sealed class DiffusionNetwork : IActionNetwork
{
    private readonly NetworkConfig _config;
    private readonly WeightStore _weights;
    private readonly VisionLanguageModel _vlm;
    private readonly Rotary _rotary;
    private readonly Linear _keypoints, _stepIn, _stepOut;
    private readonly Tensor _places;
    private readonly UNet _unet;

    internal DiffusionNetwork(NetworkConfig config, WeightStore weights)
    {
        (_config, _weights, Schedule) = (config, weights, new NoiseSchedule(config.UNet!.NoiseLevels));
        using var scope = new TensorScope();
        _vlm = new VisionLanguageModel(config, weights);
        _rotary = new Rotary(TokenLayout.MaxPositions(config), config.Vlm.HeadDim, config.RopeTheta, weights.Precision.Wide, weights.Device);
        (_keypoints, _stepIn, _stepOut) = (Linear.Head(weights, "diffusion.keypoints"), Linear.Head(weights, "diffusion.step_in"), Linear.Head(weights, "diffusion.step_out"));
        _places = Places(config.ImageSize / config.Vision.PatchSize).To(weights.Precision.Wide).To(weights.Device).OutliveScope();
        _unet = new UNet(config, weights);
    }

    /// <inheritdoc/>
    public ComputePrecision Precision => _weights.Precision;

    internal NoiseSchedule Schedule { get; }

    /// <summary>Reads an observation, once for all steps of denoising.</summary>
    internal Observed Observe(NetworkInput input, IStageClock clock)
    {
        var layout = new TokenLayout(_config, input);
        var tokens = clock.Measure(Stage.Vision, () => Tensor.Cat([_vlm.EmbedImages(input.Images), _vlm.EmbedText(input.Tokens)], 1));       // [B, C·P + L, W]
        var stream = new TokenStream(_vlm.Decoder, tokens, _rotary.At(layout.VlmPositions));
        var result = clock.Measure(Stage.Prefill, () => LockStep.Run([stream], null, AttentionMask.Keys(layout, layout.VlmValid, _weights.Device)))[0];
        return new Observed(Condition(_vlm.Decoder.Norm(result.Hidden), input.State), tokens, result.LastInput);
    }

    /// <summary>The noise in x [N, H, action_dim] at times [N], or at one time for all; observation [N, G] → ε [N, H, action_dim].</summary>
    internal Tensor Epsilon(Tensor observation, Tensor noisy, IReadOnlyList<double> times)
    {
        using var scope = new TensorScope();
        var width = _config.UNet!.StepWidth;
        var embedding = Tensor.From<double>(SinusoidalTime.Of(times, width, _config.TimeEmbedding), [times.Count, width]).To(Precision.Wide).To(_weights.Device);
        var step = _stepOut.Forward(_stepIn.Forward(embedding).Mish());                          // [N or 1, StepWidth]
        return scope.Keep(_unet.Forward(noisy, Tensor.Cat([step.Expand(observation.Size(0), width), observation], 1)));
    }

    /// <inheritdoc/>
    public Tensor EmbedText(Tensor ids) => _vlm.EmbedText(ids);

    /// <inheritdoc/>
    public Sampled Sample(NetworkInput input, Tensor noise, bool wantDepth, IStageClock clock, RunningSteps? running = null)
    {
        if (running is not null) throw new NotSupportedException("a U-Net's chunks do not go on from the plan being executed");
        var observed = Observe(input, clock);
        return new(clock.Measure(Stage.Denoise, () => DdimSampler.Sample(noise, _config.NumSteps, Schedule, (x, time) => Epsilon(observed.Condition, x, [time]))), null);
    }

    public void Dispose()
    {
        _rotary.Dispose();
        _places.Dispose();
        _weights.Dispose();
    }

    // Where a camera's tokens hold each point, on average; and the state: [B, G].
    private Tensor Condition(Tensor tokens, Tensor state)
    {
        var (batch, cameras, patches, points) = (tokens.Size(0), _config.ImageKeys.Length, (long)_config.ImageTokens, (long)_config.UNet!.Keypoints);
        var scores = _keypoints.Forward(tokens.Slice(1, 0, cameras * patches)).Reshape(batch, cameras, patches, points);
        var shares = scores.Permute(0, 1, 3, 2).Softmax(3);                                      // [B, C, K, P]
        return Tensor.Cat([shares.Affine(_places).Reshape(batch, cameras * points * 2), state.To(Precision.Wide)], 1);
    }

    // The middles of tokens, −1 … 1 across the picture: [2, P].
    private static Tensor Places(int side)
    {
        var places = new double[2 * side * side];
        for (var i = 0; i < side * side; i++)
            (places[i], places[side * side + i]) = ((2.0 * (i % side) + 1) / side - 1, (2.0 * (i / side) + 1) / side - 1);
        return Tensor.From<double>(places, [2, side * side]);
    }

    /// <summary>An observation read.</summary>
    /// <param name="Condition">What the U-Net is told: [B, G].</param>
    /// <param name="VlmInput">The VLM's tokens as they went into its first layer [B, T, W].</param>
    /// <param name="VlmLastInput">As they went into its last [B, T, W].</param>
    internal sealed record Observed(Tensor Condition, Tensor VlmInput, Tensor VlmLastInput);
}
