using System.Threading.RateLimiting;
using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Server.Options;
using DepthVla.Robot.Server.Trust;
using Grpc.Core;

namespace DepthVla.Robot.Server.Access;

/// <summary>How often one caller may make calls of limited rate: so many a second, and a few seconds' worth at once. Callers that are not known are told apart by their addresses. Thread-safe.</summary>
internal sealed class CallRate(ServerOptions options) : IDisposable
{
    private const int SecondsAtOnce = 5;

    // Forgets who has not called for a while.
    private readonly PartitionedRateLimiter<KnownCall> _calls = PartitionedRateLimiter.Create<KnownCall, string>(
        call => RateLimitPartition.GetTokenBucketLimiter(call.Caller == Caller.Anybody ? call.Origin.From : call.Caller.Name, _ => new()
        {
            TokenLimit = SecondsAtOnce * options.MaxCallRate, TokensPerPeriod = options.MaxCallRate, ReplenishmentPeriod = TimeSpan.FromSeconds(1), AutoReplenishment = true,
        }), StringComparer.Ordinal);

    /// <summary>Why the call is refused; null where it is not.</summary>
    public Refusal? Refuse(KnownCall call, Endpoint endpoint)
    {
        if (endpoint.Metadata.GetMetadata<LimitedRateAttribute>() is null) return null;
        using var lease = _calls.AttemptAcquire(call);
        return lease.IsAcquired ? null : new(StatusCode.ResourceExhausted, Reasons.TooManyCalls,
            $"One caller may open {options.MaxCallRate} sessions a second, administrative calls among them, and {SecondsAtOnce} seconds' worth at once; wait, or raise the server's MaxCallRate.", call.Caller) { RetryAfter = TimeSpan.FromSeconds(1) };
    }

    public void Dispose() => _calls.Dispose();
}
