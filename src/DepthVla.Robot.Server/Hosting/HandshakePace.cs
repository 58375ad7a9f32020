using System.Net;
using System.Threading.RateLimiting;
using DepthVla.Robot.Server.Policies;
using Microsoft.AspNetCore.Connections;

namespace DepthVla.Robot.Server.Hosting;

/// <summary>How fast one address may begin connections over TLS, and when: a handshake takes a millisecond of the processor that answers robots, and who is closed may come again at once. Thread-safe.</summary>
/// <param name="inference">What a handshake does not interrupt.</param>
/// <param name="atOnce">Connections of one address that wait for nobody, such as those of a fleet behind a proxy that was restarted.</param>
/// <param name="then">After them, one each.</param>
/// <param name="waiting">As many wait for their turn; more are closed.</param>
internal sealed class HandshakePace(InferencePulse inference, int atOnce, TimeSpan then, int waiting) : IAsyncDisposable
{
    private readonly PartitionedRateLimiter<IPAddress> _turns = PartitionedRateLimiter.Create<IPAddress, IPAddress>(address =>
        RateLimitPartition.GetTokenBucketLimiter(address, _ => new() { TokenLimit = atOnce, TokensPerPeriod = 1, ReplenishmentPeriod = then, QueueLimit = waiting }));

    /// <summary>Goes on with a connection when it is its turn, or closes it.</summary>
    public ConnectionDelegate Admit(ConnectionDelegate next) => async connection =>
    {
        if (connection.RemoteEndPoint is not IPEndPoint { Address: var address } || await IsTurnAsync(address, connection.ConnectionClosed)) await next(connection);
        else connection.Abort();
    };

    public ValueTask DisposeAsync() => _turns.DisposeAsync();

    private async Task<bool> IsTurnAsync(IPAddress address, CancellationToken gone)
    {
        try
        {
            using var turn = await _turns.AcquireAsync(address, permitCount: 1, gone);
            if (!turn.IsAcquired) return false;
            await inference.RestAsync(gone);
            return true;
        }
        catch (OperationCanceledException) { return false; }
    }
}
