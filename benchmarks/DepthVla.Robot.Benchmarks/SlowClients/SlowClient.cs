using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace DepthVla.Robot.Benchmarks.SlowClients;

/// <summary>One connection that never gets on, from an address of its own choice.</summary>
internal sealed class SlowClient(SlowKind kind, IPAddress from, IPEndPoint to)
{
    private readonly TaskCompletionSource _standing = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal SlowKind Kind => kind;

    /// <summary>Completes when it is connected and has said what it says at once, or was turned away.</summary>
    internal Task Standing => _standing.Task;

    /// <summary>How long the server put up with it; null while it does.</summary>
    internal TimeSpan? Stood { get; private set; }

    /// <summary>Stands until the server closes, or <paramref name="stop"/>.</summary>
    internal async Task RunAsync(CancellationToken stop)
    {
        var start = Stopwatch.GetTimestamp();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            socket.Bind(new IPEndPoint(from, 0));
            await socket.ConnectAsync(to, over.Token);
            await using Stream plain = new NetworkStream(socket, ownsSocket: false);
            await using var stream = kind.Tls ? await SecureAsync(plain, over.Token) : plain;
            if (kind.Opening.Length > 0) await stream.WriteAsync(kind.Opening, over.Token);
            _standing.TrySetResult();
            using var writing = new SemaphoreSlim(1);
            var dripping = kind.Drip is null ? Task.CompletedTask : DripAsync(stream, writing, over.Token);
            try { await ReadAsync(stream, writing, over.Token); }
            finally
            {
                await over.CancelAsync();
                await dripping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or AuthenticationException)
        {
            // closed by a reset, or stopped
        }

        if (!stop.IsCancellationRequested) Stood = Stopwatch.GetElapsedTime(start);
        _standing.TrySetResult();
    }

    private async Task<Stream> SecureAsync(Stream plain, CancellationToken stop)
    {
        var secure = new SslStream(plain);
        var protocol = kind.Port == SlowPort.Grpc ? SslApplicationProtocol.Http2 : SslApplicationProtocol.Http11;
        await secure.AuthenticateAsClientAsync(new() { TargetHost = "localhost", ApplicationProtocols = [protocol], RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null }, stop);
        return secure;
    }

    private async Task DripAsync(Stream stream, SemaphoreSlim writing, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        for (var second = 0; await timer.WaitForNextTickAsync(stop); second++) await WriteAsync(stream, writing, kind.Drip!(second), stop);
    }

    private async Task ReadAsync(Stream stream, SemaphoreSlim writing, CancellationToken stop)
    {
        var received = new byte[1 << 14];
        if (!kind.SpeaksHttp2)
        {
            while (await stream.ReadAsync(received, stop) > 0)
            {
            }

            return;
        }

        while (true)
        {
            await stream.ReadExactlyAsync(received.AsMemory(0, 9), stop);
            var (length, type, flags) = ((received[0] << 16) | BinaryPrimitives.ReadUInt16BigEndian(received.AsSpan(1)), received[3], received[4]);
            await stream.ReadExactlyAsync(received.AsMemory(0, length), stop);
            if (type == 6 && flags == 0) await WriteAsync(stream, writing, [0, 0, 8, 6, 1, 0, 0, 0, 0, .. received[..8]], stop);
        }
    }

    private static async Task WriteAsync(Stream stream, SemaphoreSlim writing, byte[] bytes, CancellationToken stop)
    {
        await writing.WaitAsync(stop);
        try { await stream.WriteAsync(bytes, stop); }
        finally { writing.Release(); }
    }
}
