using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Contracts.Events;
using DepthVla.Robot.Core.Policies;

namespace DepthVla.Robot.Contracts.Remote;

/// <summary>A robot's session with a policy server, whatever protocol that speaks: observations go out without waiting, what the server tells comes in.</summary>
/// <remarks>One connection, one attempt: when it ends, open another. <see cref="Post"/> may be called from any thread; <see cref="ReceiveAsync"/> by one reader.</remarks>
public interface IPolicySession : IAsyncDisposable
{
    /// <summary>The session's name.</summary>
    string Id { get; }

    /// <summary>The policy that answers.</summary>
    PolicyInfo Policy { get; }

    /// <summary>So many observations a second will be answered in time; infinite where nothing is promised.</summary>
    double PromisedRateHz { get; }

    /// <summary>The server's wall clock as it opened the session, ns since 1970; 0 where it did not say. For comparing clocks, never for steering.</summary>
    long ServerUnixTimeNs { get; }

    /// <summary>Hands over an observation to send as soon as may be; never waits. The newest wins. After the session's end it does nothing.</summary>
    /// <returns>The sequence number of an observation that was never sent because this one took its place, or null.</returns>
    /// <exception cref="InvalidObservationException">It cannot be sent.</exception>
    long? Post(Observation observation);

    /// <summary>What the server tells, in order, until it ends the session.</summary>
    /// <param name="cancellationToken">Ends the session.</param>
    /// <exception cref="OperationCanceledException">The token or disposing ended it.</exception>
    /// <exception cref="PolicyServiceException">The server or the connection to it is gone, or the server ended the session.</exception>
    /// <exception cref="MalformedMessageException">The server told something that means nothing; nothing more may be believed of this session.</exception>
    IAsyncEnumerable<SessionEvent> ReceiveAsync(CancellationToken cancellationToken = default);
}
