using DepthVla.Robot.Model.Configuration;

namespace DepthVla.Robot.Model.Network;

/// <summary>Which tokens there are, which are real, and at which positions: integers only.</summary>
/// <remarks>
/// VLM: image tokens camera by camera, then text. Depth: patch tokens camera by camera. Suffix: state, then actions (π0.5: actions
/// alone). A masked token does not advance its stream's counter; depth counts for itself and does not shift the suffix.
/// </remarks>
internal sealed class TokenLayout
{
    internal TokenLayout(NetworkConfig config, NetworkInput input)
    {
        var (batch, cameras, text) = ((int)input.Images.Size(0), (int)input.Images.Size(1), (int)input.Tokens.Size(1));
        var cameraMask = input.CameraMask ?? Filled(batch, cameras);
        var tokenMask = input.TokenMask ?? Filled(batch, text);
        HasPadding = cameraMask.Concat(tokenMask).Any(row => row.Contains(false));

        VlmValid = [.. cameraMask.Zip(tokenMask, (c, t) => Repeat(c, config.ImageTokens).Concat(t).ToArray())];
        DepthValid = [.. cameraMask.Select(c => Repeat(c, config.DepthTokens).ToArray())];
        VlmPositions = [.. VlmValid.Select(valid => Count(valid, config.Positions.VlmStart))];

        var restartEvery = config.Attention.CrossCamera ? cameras * config.DepthTokens : config.DepthTokens;
        DepthPositions = config.HasDepth
            ? [.. DepthValid.Select(valid => valid.Chunk(restartEvery).SelectMany(part => Count(part, config.Positions.DepthStart)).ToArray())]
            : [];

        HasStateToken = config.ActionExpert is { AdaptiveNorm: false };
        SuffixTokens = (HasStateToken ? 1 : 0) + config.ActionHorizon;
        SuffixPositions = [.. VlmValid.Select(valid => Enumerable.Range(0, SuffixTokens).Select(i => (long)config.Positions.VlmStart + valid.Count(v => v) + i).ToArray())];
    }

    /// <summary>True when some token is padding or belongs to an absent camera.</summary>
    internal bool HasPadding { get; }

    /// <summary>[B][C·P + L]</summary>
    internal bool[][] VlmValid { get; }

    /// <summary>[B][C·P]</summary>
    internal bool[][] DepthValid { get; }

    internal long[][] VlmPositions { get; }

    internal long[][] DepthPositions { get; }

    internal bool HasStateToken { get; }

    internal int SuffixTokens { get; }

    /// <summary>[B][state + H]</summary>
    internal long[][] SuffixPositions { get; }

    /// <summary>The most positions any token of this network can have.</summary>
    internal static int MaxPositions(NetworkConfig config) =>
        Math.Max(config.Positions.VlmStart, config.Positions.DepthStart)
        + config.ImageKeys.Length * Math.Max(config.ImageTokens, config.DepthTokens) + config.MaxTokenLen + 1 + config.ActionHorizon;

    private static bool[][] Filled(int rows, int columns) => [.. Enumerable.Range(0, rows).Select(_ => Enumerable.Repeat(true, columns).ToArray())];

    private static IEnumerable<bool> Repeat(bool[] flags, int times) => flags.SelectMany(flag => Enumerable.Repeat(flag, times));

    // The running count of real tokens, less one: before the first real token that is one below the start.
    private static long[] Count(bool[] valid, int start)
    {
        var seen = 0L;
        return [.. valid.Select(v => start + (v ? seen++ : seen - 1))];
    }
}
