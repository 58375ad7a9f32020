using Microsoft.AspNetCore.Connections;

namespace DepthVla.Robot.Server.Hosting;

/// <summary>Closes a connection on which nothing has been asked for some time. Kestrel's own limit does not hold where a client of HTTP/2 answers pings. Thread-safe.</summary>
internal sealed class ConnectionUse : IDisposable
{
    private readonly Lock _changing = new();
    private readonly TimeSpan _patience;
    private readonly ITimer _idle;
    private int _requests;

    private ConnectionUse(ConnectionContext connection, TimeSpan patience)
    {
        _patience = patience;
        _idle = TimeProvider.System.CreateTimer(static idle => ((ConnectionContext)idle!).Abort(), connection, patience, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Watches each connection of a port, from its first byte on.</summary>
    public static Func<ConnectionDelegate, ConnectionDelegate> Watch(TimeSpan patience) => next => async connection =>
    {
        using var use = new ConnectionUse(connection, patience);
        connection.Features.Set(use);
        await next(connection);
    };

    /// <summary>Counts a request of a connection that is watched, for as long as it is answered.</summary>
    public static async Task CountAsync(HttpContext context, RequestDelegate next)
    {
        var use = context.Features.Get<ConnectionUse>();
        use?.Change(+1);
        try { await next(context); }
        finally { use?.Change(-1); }
    }

    public void Dispose() => _idle.Dispose();

    private void Change(int by)
    {
        lock (_changing)
        {
            _requests += by;
            _idle.Change(_requests > 0 ? Timeout.InfiniteTimeSpan : _patience, Timeout.InfiniteTimeSpan);
        }
    }
}
