using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Contracts.Events;
using Wire = DepthVla.Policy.V1;

namespace DepthVla.Robot.Contracts.Mapping;

/// <summary>What a server tells within a session, to and from the wire.</summary>
public static class ResponseMapping
{
    /// <summary>The event as it is sent.</summary>
    public static Wire.ActResponse ToWire(this SessionEvent told, string sessionId) => told switch
    {
        ChunkArrived(var chunk) => new() { Chunk = chunk.ToWire(sessionId) },
        ObservationUnanswered outcome => new() { Outcome = ToWire(outcome, sessionId) },
        ServerDraining(var remainingNs) => new() { Draining = new() { RemainingNs = remainingNs } },
        _ => throw new ArgumentOutOfRangeException(nameof(told), told, "no such event"),
    };

    /// <summary>The event that was sent to the session.</summary>
    /// <exception cref="MalformedMessageException">Some field means nothing, or it is for another session.</exception>
    public static SessionEvent ToCore(this Wire.ActResponse message, string sessionId)
    {
        var checks = new FieldChecks("response");
        switch (message.ResponseCase)
        {
            case Wire.ActResponse.ResponseOneofCase.Chunk:
                checks.That(message.Chunk.SessionId == sessionId, "chunk.session_id", sessionId, message.Chunk.SessionId);
                checks.ThrowIfAny();
                return new ChunkArrived(message.Chunk.ToCore());

            case Wire.ActResponse.ResponseOneofCase.Outcome:
                var outcome = message.Outcome;
                checks.That(outcome.SessionId == sessionId, "outcome.session_id", sessionId, outcome.SessionId);
                var result = outcome.Result.ToCore(checks, "outcome.result");
                checks.ThrowIfAny();
                return new ObservationUnanswered(outcome.BasedOnSequence, result, outcome.Reason, outcome.Message);

            case Wire.ActResponse.ResponseOneofCase.Draining:
                checks.Duration("draining.remaining_ns", message.Draining.RemainingNs, least: 0);
                checks.ThrowIfAny();
                return new ServerDraining(message.Draining.RemainingNs);

            default:
                checks.That(false, "response", "a chunk, an outcome or draining", message.ResponseCase);
                checks.ThrowIfAny();
                throw new InvalidOperationException("unreachable");
        }
    }

    private static Wire.ObservationOutcome ToWire(ObservationUnanswered outcome, string sessionId) => new()
    {
        SessionId = sessionId,
        BasedOnSequence = outcome.BasedOnSequence,
        Result = outcome.Result.ToWire(),
        Reason = outcome.Reason,
        Message = outcome.Message,
    };
}
