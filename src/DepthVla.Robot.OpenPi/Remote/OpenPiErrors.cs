using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;
using DepthVla.Robot.Contracts.Errors;
using Grpc.Core;

namespace DepthVla.Robot.OpenPi.Remote;

/// <summary>What goes wrong with a WebSocket, as the exceptions that a session promises.</summary>
internal static class OpenPiErrors
{
    private const int MaxLineLength = 300;

    /// <summary>The server or the connection to it is gone.</summary>
    public static PolicyServiceException Unavailable(string message) => PolicyErrors.Translate(new RpcException(new Status(StatusCode.Unavailable, message)));

    /// <exception cref="PolicyUnavailableException">The connection is gone.</exception>
    public static async Task ExplainAsync(Func<Task> doing)
    {
        try { await doing().ConfigureAwait(false); }
        catch (Exception e) when (e is WebSocketException or HttpRequestException or IOException or SocketException or ObjectDisposedException)
        {
            var cause = e.InnerException is { InnerException: AuthenticationException tls } ? tls : e.InnerException;
            throw Unavailable(cause is null ? e.Message : $"{e.Message} {cause.Message}");
        }
    }

    /// <summary>The last line with something in it: of a traceback the one that says what was wrong.</summary>
    public static string LastLine(string text)
    {
        var line = text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).LastOrDefault() ?? "";
        return string.Concat(line.Take(MaxLineLength).Select(c => char.IsControl(c) ? '\uFFFD' : c));
    }
}
