using DepthVla.Robot.Core.Policies;

namespace DepthVla.Robot.Contracts.Events;

/// <summary>What a server tells a robot within a session. Each observation is answered by one <see cref="ChunkArrived"/> or <see cref="ObservationUnanswered"/>.</summary>
public abstract record SessionEvent
{
    private protected SessionEvent()
    {
    }
}

/// <summary>A chunk of actions.</summary>
/// <param name="Chunk">The chunk; <see cref="ActionChunk.BasedOnSequence"/> names the observation.</param>
public sealed record ChunkArrived(ActionChunk Chunk) : SessionEvent;

/// <summary>No chunk for an observation. The session goes on.</summary>
/// <param name="BasedOnSequence">The <see cref="Observation.Sequence"/> of the observation.</param>
/// <param name="Result">Why there is none.</param>
/// <param name="Reason">UPPER_SNAKE, stable; empty unless invalid or failed.</param>
/// <param name="Message">For people: field, what was expected, what came.</param>
public sealed record ObservationUnanswered(long BasedOnSequence, UnansweredResult Result, string Reason = "", string Message = "") : SessionEvent;

/// <summary>The server is going away.</summary>
/// <param name="RemainingNs">How long it still answers, ns.</param>
public sealed record ServerDraining(long RemainingNs) : SessionEvent;

/// <summary>Why an observation has no chunk.</summary>
public enum UnansweredResult
{
    /// <summary>A newer observation of the session took its place.</summary>
    Superseded,

    /// <summary>Its budget was spent before inference could begin.</summary>
    Expired,

    /// <summary>It cannot be used.</summary>
    Invalid,

    /// <summary>The policy failed.</summary>
    Failed,
}
