using System.Collections.Immutable;

namespace DepthVla.Robot.Model.Configuration;

/// <summary>Diffusion Policy's denoiser (arXiv 2303.04137): a U-Net of convolutions over the steps of a chunk, told of the observation by FiLM.</summary>
public sealed record UNetConfig
{
    /// <summary>Channels of each level; the steps are halved from one to the next.</summary>
    public required ImmutableArray<int> Channels { get; init; }

    /// <summary>Steps that a convolution sees: odd.</summary>
    public required int Kernel { get; init; }

    /// <summary>Groups of channels that are normalised together.</summary>
    public required int Groups { get; init; }

    /// <summary>Points a camera that the observation is boiled down to (spatial softmax).</summary>
    public required int Keypoints { get; init; }

    /// <summary>Width of the embedding of the noise level.</summary>
    public required int StepWidth { get; init; }

    /// <summary>Noise levels in training.</summary>
    public required int NoiseLevels { get; init; }

    /// <summary>Its blocks in the order they run: two a level on the way down, two in the middle, two a level on the way up.</summary>
    internal IEnumerable<UNetBlock> Blocks(int actionDim)
    {
        for (var level = 0; level < Channels.Length; level++)
        {
            yield return new($"diffusion.down.{level}.0", level == 0 ? actionDim : Channels[level - 1], Channels[level]);
            yield return new($"diffusion.down.{level}.1", Channels[level], Channels[level]);
        }

        for (var i = 0; i < 2; i++) yield return new($"diffusion.middle.{i}", Channels[^1], Channels[^1]);
        for (var level = Channels.Length - 2; level >= 0; level--)
        {
            yield return new($"diffusion.up.{level}.0", 2 * Channels[level], Channels[level]);   // what came up, and what was put aside on the way down
            yield return new($"diffusion.up.{level}.1", Channels[level], Channels[level]);
        }
    }
}

/// <summary>What a block of a U-Net is called, and how wide it is.</summary>
internal readonly record struct UNetBlock(string Name, int Inputs, int Channels);
