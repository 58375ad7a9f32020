using System.Collections.Immutable;

namespace DepthVla.Robot.Data.Episodes;

/// <summary>Episodes to train on and episodes to be judged by. Never frames: those of one episode are too much alike. Immutable.</summary>
/// <param name="Training">Numbers of episodes, ascending.</param>
/// <param name="Validation">Numbers of episodes, ascending.</param>
public sealed record EpisodeSplit(ImmutableArray<int> Training, ImmutableArray<int> Validation)
{
    /// <summary>The same split for the same episodes and seed, on any machine, in whatever order the episodes come.</summary>
    /// <param name="episodes">Numbers of episodes, each once.</param>
    /// <param name="validation">The share to hold back, from 0 to 1. With two episodes or more and a share within, neither side is empty.</param>
    /// <param name="seed">Another seed, another split.</param>
    /// <exception cref="ArgumentOutOfRangeException">The share is not from 0 to 1.</exception>
    /// <exception cref="ArgumentException">An episode comes twice.</exception>
    public static EpisodeSplit Of(IEnumerable<int> episodes, double validation, ulong seed)
    {
        if (validation is not (>= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(validation), validation, "A share is from 0 to 1.");
        int[] drawn = [.. episodes.OrderBy(episode => Hash(seed, episode)).ThenBy(episode => episode)];
        if (drawn.Distinct().Count() != drawn.Length) throw new ArgumentException("An episode comes twice.", nameof(episodes));
        var held = (int)Math.Round(validation * drawn.Length);
        if (drawn.Length >= 2 && validation is > 0 and < 1) held = Math.Clamp(held, 1, drawn.Length - 1);
        return new([.. drawn[held..].Order()], [.. drawn[..held].Order()]);
    }

    /// <summary>SplitMix64's finaliser, once for the seed and once for the episode.</summary>
    private static ulong Hash(ulong seed, int episode) => Mixed(Mixed(seed) + (uint)episode);

    private static ulong Mixed(ulong bits)
    {
        bits += 0x9E3779B97F4A7C15;
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
        return bits ^ (bits >> 31);
    }
}
