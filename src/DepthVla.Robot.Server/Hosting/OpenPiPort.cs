using Microsoft.AspNetCore.Connections;

namespace DepthVla.Robot.Server.Hosting;

/// <summary>Marks the connections of the port for openpi's clients, so that nothing else is reached by them.</summary>
internal sealed class OpenPiPort
{
    private static readonly OpenPiPort Mark = new();

    /// <summary>Marks each connection of a port.</summary>
    public static ConnectionDelegate MarkAsync(ConnectionDelegate next) => connection =>
    {
        connection.Features.Set(Mark);
        return next(connection);
    };

    /// <summary>Whether a request came by that port.</summary>
    public static bool Took(HttpContext context) => context.Features.Get<OpenPiPort>() is not null;
}
