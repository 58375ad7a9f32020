using System.Runtime.CompilerServices;

namespace DepthVla.Robot.Core.Policies;

/// <summary>The stages an observation passes on its way to a chunk, in order.</summary>
public enum Stage
{
    /// <summary>Waiting for the policy, after arrival.</summary>
    Queue,

    /// <summary>Encoded frames to pixels.</summary>
    Decode,

    /// <summary>Pixels, state and text to the model's inputs.</summary>
    Preprocess,

    /// <summary>SigLIP and its projector.</summary>
    Vision,

    /// <summary>The VLM's layers: keys and values of the prefix.</summary>
    Prefill,

    /// <summary>The depth expert: encoder, decoder and, when asked for, the depth head.</summary>
    Depth,

    /// <summary>All flow steps of the action expert.</summary>
    Denoise,

    /// <summary>Model outputs to physical units.</summary>
    Post,

    /// <summary>Everything from arrival to the finished chunk.</summary>
    Total,
}

/// <summary>A duration a stage, ns. A stage that did not run is zero.</summary>
public struct StageTimings : IEquatable<StageTimings>
{
    /// <summary>How many stages there are.</summary>
    public const int Count = (int)Stage.Total + 1;

    private Durations _ns;

    /// <summary>The duration of <paramref name="stage"/>, ns.</summary>
    public long this[Stage stage]
    {
        readonly get => _ns[(int)stage];
        set => _ns[(int)stage] = value;
    }

    /// <summary>Counts <paramref name="ns"/> more towards <paramref name="stage"/>.</summary>
    public void Add(Stage stage, long ns) => _ns[(int)stage] += ns;

    /// <inheritdoc/>
    public readonly bool Equals(StageTimings other) => ((ReadOnlySpan<long>)_ns).SequenceEqual(other._ns);

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is StageTimings other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => _ns[(int)Stage.Total].GetHashCode();

    /// <summary>Equal in every stage.</summary>
    public static bool operator ==(StageTimings left, StageTimings right) => left.Equals(right);

    /// <summary>Different in some stage.</summary>
    public static bool operator !=(StageTimings left, StageTimings right) => !left.Equals(right);

    [InlineArray(Count)]
    private struct Durations
    {
        private long _first;
    }
}
