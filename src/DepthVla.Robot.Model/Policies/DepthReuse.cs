using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Model.Experts;

namespace DepthVla.Robot.Model.Policies;

/// <summary>Reads a robot's depth stream in one of so many observations and takes what was read for those after it. What is kept lies in each robot's <see cref="PolicyMemory"/>.</summary>
/// <param name="every">One in so many; 1 reads depth always and keeps nothing.</param>
internal sealed class DepthReuse(int every)
{
    /// <summary>Depth of an observation older than that is not taken, ns: who was away for so long may see another scene.</summary>
    internal const long MaxAgeNs = 1_000_000_000;

    /// <summary>What is known of the depth that these observations show. Taken out of their memories: put back by <see cref="RecalledDepth.Keep"/>, else gone.</summary>
    internal RecalledDepth Recall(IReadOnlyList<Observation> observations) => new(every > 1, [.. observations.Select(Recall)]);

    private KeptDepth? Recall(Observation observation)
    {
        if (every == 1 || observation.Memory?.Take() is not { } taken) return null;
        if (taken is KeptDepth kept && kept.Uses < every - 1 && kept.Shows(observation)) return kept;
        taken.Dispose();
        return null;
    }
}

/// <summary>The depth that is known of the observations of one batch. Disposes what was not put back.</summary>
internal sealed class RecalledDepth(bool keeps, KeptDepth?[] known) : IDisposable
{
    /// <summary>That of one observation; null where it is to be read.</summary>
    internal KeptDepth? this[int place] => known[place];

    /// <summary>Puts an observation's depth in its memory.</summary>
    /// <param name="place">Of the observation.</param>
    /// <param name="observation">It.</param>
    /// <param name="depth">A batch's depth, from which it is copied unless it was known.</param>
    /// <param name="row">Of the observation in that.</param>
    internal void Keep(int place, Observation observation, KeyValueCache? depth, int row)
    {
        if (!keeps || observation.Memory is not { } memory || depth is null) return;
        var kept = known[place] ?? new KeptDepth(depth.Row(row).Select(kv => kv.Clone().OutliveScope()), observation);
        if (known[place] is not null) kept.Uses++;
        known[place] = null;
        memory.Keep(kept);
    }

    public void Dispose()
    {
        foreach (var kept in known) kept?.Dispose();
    }
}

/// <summary>The depth stream of one observation: keys and values, [1, kv, C·P, D] in every layer, its own.</summary>
internal sealed class KeptDepth(KeyValueCache cache, Observation shown) : IDisposable
{
    private readonly string[] _cameras = [.. shown.Frames.Select(f => f.Camera)];
    private readonly long _captureTimeNs = shown.CaptureTimeNs;

    /// <summary>The observation's.</summary>
    internal long Sequence { get; } = shown.Sequence;

    internal KeyValueCache Cache => cache;

    /// <summary>How many observations took it besides its own.</summary>
    internal int Uses { get; set; }

    /// <summary>Whether it may stand for what a later observation shows.</summary>
    internal bool Shows(Observation later) => !later.WantDepth
        && later.Sequence > Sequence && later.CaptureTimeNs - _captureTimeNs is >= 0 and <= DepthReuse.MaxAgeNs && later.Frames.Select(f => f.Camera).SequenceEqual(_cameras);

    public void Dispose() => cache.Dispose();
}
