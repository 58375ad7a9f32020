using DepthVla.Robot.Model.Continuing;
using DepthVla.Robot.Model.Experts;
using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Network;

/// <summary>What a policy asks: an observation and noise in, a chunk out, all normalised.</summary>
internal interface IActionNetwork : IDisposable
{
    /// <summary>What it computes in.</summary>
    ComputePrecision Precision { get; }

    /// <summary>A prompt as the VLM reads it: ids int64 [B, L] → [B, L, W], which may stand in their place in <see cref="NetworkInput.Tokens"/>.</summary>
    Tensor EmbedText(Tensor ids);

    /// <summary>From noise [B, H, action_dim] to a chunk; depth where it is wanted and the network has it.</summary>
    /// <param name="input">B observations.</param>
    /// <param name="noise">N(0, 1).</param>
    /// <param name="wantDepth">Whether to read depth, too.</param>
    /// <param name="clock">Takes the stages' times.</param>
    /// <param name="running">What the chunks go on from; null for nothing.</param>
    Sampled Sample(NetworkInput input, Tensor noise, bool wantDepth, IStageClock clock, RunningSteps? running = null);
}

/// <summary>A chunk, and what was seen on the way.</summary>
/// <param name="Actions">[B, H, action_dim]</param>
/// <param name="Metres">Depth [B, C, D, D], m, float32, of the rows whose depth was read now; null where it was not wanted or is not known.</param>
/// <param name="Depth">Keys and values of all rows' depth tokens, to be told again; null without a depth expert.</param>
internal readonly record struct Sampled(Tensor Actions, Tensor? Metres, KeyValueCache? Depth = null);
