using System.Net.Sockets;
using DepthVla.Robot.Daemon.Http;
using DepthVla.Robot.Daemon.Operating;
using DepthVla.Robot.Daemon.Options;
using DepthVla.Robot.Daemon.Pages;
using Microsoft.Extensions.Logging;

namespace DepthVla.Robot.Daemon.Running;

/// <summary>Where a running daemon is spoken to: the operator's socket and, where wanted, the status port. Taken before the arm is, so that no second daemon takes it.</summary>
internal sealed class Doors : IDisposable
{
    private readonly string _path;
    private readonly Socket _operator;
    private readonly Socket? _page;

    private Doors(string path, Socket @operator, Socket? page) => (_path, _operator, _page) = (path, @operator, page);

    /// <summary>Takes both. Whoever comes now waits until <see cref="ServeAsync"/>.</summary>
    /// <exception cref="OperatorSocketException">One of them is taken, or cannot be.</exception>
    public static Doors Open(DaemonOptions options)
    {
        var socket = OperatorSocket.Listen(options.OperatorSocket);
        try { return new(options.OperatorSocket, socket, options.StatusPort == 0 ? null : HttpService.ListenOnLoopback(options.StatusPort)); }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new OperatorSocketException($"StatusPort: cannot listen on port {options.StatusPort} of this machine: {e.Message}; say another --status-port, or 0 for none");
        }
    }

    /// <summary>Answers until cancelled.</summary>
    public Task ServeAsync(OperatorDesk desk, TeachDesk teach, StatusReader status, LastObservation seen, ILoggerFactory logs, CancellationToken stop)
    {
        var log = logs.CreateLogger<HttpService>();
        var words = new HttpService(_operator, OperatorRoutes.Of(desk, teach, () => status.Read().ToJson()), log).RunAsync(stop);
        if (_page is null) return words;
        return Task.WhenAll(words, new HttpService(_page, StatusPage.Of(() => status.Read().ToJson(), status.Metrics, seen), log).RunAsync(stop));
    }

    /// <summary>Asks once what an operator will ask, so that all of it is compiled before the arm is driven.</summary>
    public async Task RehearseAsync()
    {
        try { await OperatorClient.AskAsync(_path, "GET", "/status"); }
        catch (OperatorSocketException)
        {
            // told to end meanwhile
        }
    }

    public void Dispose()
    {
        _operator.Dispose();
        _page?.Dispose();
    }
}
