using System.Net.Sockets;
using System.Text;

namespace DepthVla.Robot.Daemon.Operating;

/// <summary>Asks a running daemon something over its operator's socket.</summary>
internal static class OperatorClient
{
    // Longer than any answer takes.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>One request, its answer's body.</summary>
    /// <exception cref="OperatorSocketException">No daemon answers; the message says what to do.</exception>
    public static async Task<string> AskAsync(string socketPath, string method, string path)
    {
        using var limit = new CancellationTokenSource(Patience);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), limit.Token);
            await socket.SendAsync(Encoding.ASCII.GetBytes($"{method} {path} HTTP/1.1\r\nHost: localhost\r\n\r\n"), limit.Token);
            await using var stream = new NetworkStream(socket);
            using var reader = new StreamReader(stream, Encoding.UTF8);
            var reply = await reader.ReadToEndAsync(limit.Token);
            return reply.Split("\r\n\r\n", 2) is [var head, var body] && head.StartsWith("HTTP/1.1 200", StringComparison.Ordinal)
                ? body : throw new OperatorSocketException($"The daemon at {socketPath} answered what means nothing here: {reply.Split("\r\n")[0]}. Is it of this release?");
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AccessDenied)
        {
            throw new OperatorSocketException($"The daemon at {socketPath} belongs to another user; ask as that user.");
        }
        catch (SocketException)
        {
            throw new OperatorSocketException($"No daemon answers at {socketPath}. Is it running, under this name? Say --robot-id NAME or --operator-socket PATH.");
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            throw new OperatorSocketException($"The daemon at {socketPath} did not answer. Where the arm must stop now, cut its power by its own button.");
        }
    }
}
