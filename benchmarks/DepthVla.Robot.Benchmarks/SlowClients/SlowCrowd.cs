using System.Net;

namespace DepthVla.Robot.Benchmarks.SlowClients;

/// <summary>Many slow clients at one server, from several addresses of this machine; where one is closed, another comes in its place.</summary>
internal sealed class SlowCrowd : IAsyncDisposable
{
    // So many that the server lets all begin at once; who comes again and again has to wait.
    private const int Addresses = 16;

    private readonly CancellationTokenSource _over = new();
    private readonly Task _running;
    private readonly SlowClient[] _first;

    private SlowCrowd(SlowClient[] first, Func<SlowClient, int, SlowClient> next)
    {
        _first = first;
        _running = Task.WhenAll(first.Select((client, i) => RunAsync(client, i, next)));
    }

    /// <summary>The first to come, each until it was closed.</summary>
    internal IReadOnlyList<SlowClient> First => _first;

    /// <summary>Starts them, and waits until each stands or was turned away.</summary>
    /// <param name="port">Where the server has each port.</param>
    /// <param name="idle">Clients that say no more, of every kind alike.</param>
    /// <param name="dripping">Clients that send something every second.</param>
    internal static async Task<SlowCrowd> StartAsync(Func<SlowPort, int> port, int idle, int dripping)
    {
        SlowKind[] kinds = [.. Enumerable.Range(0, idle).Select(i => SlowKind.Idle[i % SlowKind.Idle.Length]), .. Enumerable.Range(0, dripping).Select(i => SlowKind.Dripping[i % SlowKind.Dripping.Length])];
        SlowClient Of(SlowKind kind, int i) => new(kind, new IPAddress([127, 0, 0, (byte)(2 + (i % Addresses))]), new(IPAddress.Loopback, port(kind.Port)));
        var crowd = new SlowCrowd([.. kinds.Select(Of)], (before, i) => Of(before.Kind, i));
        await Task.WhenAll(crowd.First.Select(client => client.Standing));
        return crowd;
    }

    /// <summary>Waits until every one of the first was closed.</summary>
    /// <exception cref="TimeoutException">Some still stand.</exception>
    internal async Task OutlastAsync(TimeSpan patience)
    {
        using var limit = new CancellationTokenSource(patience);
        while (_first.Any(client => client.Stood is null))
        {
            if (limit.IsCancellationRequested) throw new TimeoutException($"after {patience.TotalSeconds} s there still are {string.Join(", ", _first.Where(client => client.Stood is null).CountBy(client => client.Kind.Name).Select(kind => $"{kind.Value} x {kind.Key}"))}");
            await Task.Delay(100, CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _running;
        _over.Dispose();
    }

    private async Task RunAsync(SlowClient client, int i, Func<SlowClient, int, SlowClient> next)
    {
        while (!_over.IsCancellationRequested)
        {
            await client.RunAsync(_over.Token);
            await Task.Delay(TimeSpan.FromSeconds(1), _over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            client = next(client, i);
        }
    }
}
