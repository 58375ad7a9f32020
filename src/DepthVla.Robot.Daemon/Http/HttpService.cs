using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace DepthVla.Robot.Daemon.Http;

/// <summary>Answers HTTP requests on a socket: one a connection, its head alone.</summary>
/// <remarks>So little, because ASP.NET Core's server, at its slimmest, made the start 1.1 s longer and the process 18 MiB larger. For this machine alone: it has no TLS and no users.</remarks>
/// <param name="listener">Bound and listening; closed when the service ends.</param>
/// <param name="answer">Answers a request. Any thread, several at once.</param>
/// <param name="log">Told what went wrong with a request.</param>
internal sealed class HttpService(Socket listener, Func<HttpRequest, CancellationToken, Task<HttpAnswer>> answer, ILogger log)
{
    private const int MostHeadBytes = 8192, MostConnections = 16;

    // To send a request, and to take the answer: who is slower holds a place that others want.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>A listener on a port of this machine, for this machine.</summary>
    /// <exception cref="SocketException">The port is taken, or not ours to take.</exception>
    public static Socket ListenOnLoopback(int port)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
            listener.Listen();
            return listener;
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var places = new SemaphoreSlim(MostConnections); // outlives this: whoever is being answered gives a place back
        using (listener)
        {
            while (!stop.IsCancellationRequested)
            {
                await places.WaitAsync(stop);
                try { _ = ServeAsync(await listener.AcceptAsync(stop), places, stop); }
                catch (SocketException e)
                {
                    places.Release();
                    log.CannotAccept(e.Message);
                    await Task.Delay(TimeSpan.FromSeconds(1), stop); // no more file handles, most likely
                }
            }
        }
    }

    private async Task ServeAsync(Socket connection, SemaphoreSlim places, CancellationToken stop)
    {
        using var _ = connection;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            limit.CancelAfter(Patience);
            var request = await HeadAsync(connection, limit.Token);
            limit.CancelAfter(Timeout.InfiniteTimeSpan);
            var reply = request is null ? HttpAnswer.Text(400, "expected an HTTP/1.1 request") : await AnswerAsync(request, stop); // which takes as long as an arm brakes
            limit.CancelAfter(Patience);
            await connection.SendAsync(reply.Head(), limit.Token);
            await connection.SendAsync(reply.Body, limit.Token);
            connection.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // they went away, or took too long
        }
        finally
        {
            places.Release();
        }
    }

    // What asks must not end what drives.
    private async Task<HttpAnswer> AnswerAsync(HttpRequest request, CancellationToken stop)
    {
        try { return await answer(request, stop); }
#pragma warning disable CA1031
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            log.CannotAnswer(e, request.Method, request.Path);
            return HttpAnswer.Text(500, "the daemon could not answer; its log says why");
        }
    }

    private static async Task<HttpRequest?> HeadAsync(Socket connection, CancellationToken stop)
    {
        var (buffer, length) = (new byte[MostHeadBytes], 0);
        while (length < buffer.Length)
        {
            var count = await connection.ReceiveAsync(buffer.AsMemory(length), stop);
            if (count == 0) return null;
            length += count;
            if (buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8) is >= 0 and var end) return HttpRequest.Parse(buffer.AsSpan(0, end));
        }

        return null;
    }
}
