using System.Net;
using Microsoft.AspNetCore.Connections;

namespace DepthVla.Robot.Server.Hosting;

/// <summary>No address has more than its share of a port's connections: one client that leaks them, or means to, leaves places for the robots. Thread-safe.</summary>
/// <param name="most">Connections of one address at once.</param>
internal sealed class AddressLimit(int most)
{
    private readonly Lock _changing = new();
    private readonly Dictionary<IPAddress, int> _open = [];

    /// <summary>Goes on with a connection, or closes it where its address has as many as it may.</summary>
    public ConnectionDelegate Admit(ConnectionDelegate next) => async connection =>
    {
        if (connection.RemoteEndPoint is not IPEndPoint { Address: var address })
        {
            await next(connection);
            return;
        }

        if (!TryEnter(address))
        {
            connection.Abort();
            return;
        }

        try { await next(connection); }
        finally { Leave(address); }
    };

    private bool TryEnter(IPAddress address)
    {
        lock (_changing)
        {
            var open = _open.GetValueOrDefault(address);
            if (open >= most) return false;
            _open[address] = open + 1;
            return true;
        }
    }

    private void Leave(IPAddress address)
    {
        lock (_changing)
        {
            if (--_open[address] == 0) _open.Remove(address);
        }
    }
}
