using System.Buffers;
using System.Net.WebSockets;
using System.Text;
using DepthVla.Robot.OpenPi.Messages;
using DepthVla.Robot.Server.Options;

namespace DepthVla.Robot.Server.OpenPi;

/// <summary>One client's WebSocket: whole messages in and out, within bounds of size and time.</summary>
internal sealed class OpenPiClient(WebSocket socket, ServerOptions options, TimeProvider time) : IDisposable
{
    private const int FirstBytes = 64 << 10;

    // From a message's first byte to its last.
    private static readonly TimeSpan MessagePatience = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _sending = new(1);
    private byte[] _received = new byte[FirstBytes];

    /// <summary>The next message, valid until the next is received; null when the client says that it goes.</summary>
    /// <exception cref="InvalidMessageException">It is a text, or larger than requests may be.</exception>
    /// <exception cref="WebSocketException">The connection broke.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="end"/>, or a message that was begun took too long; the connection is lost.</exception>
    public async Task<ReadOnlyMemory<byte>?> ReceiveAsync(CancellationToken end)
    {
        using var slow = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(end, slow.Token);
        var begun = false;
        for (var length = 0; ;)
        {
            if (length == _received.Length) Grow();
            var part = await socket.ReceiveAsync(_received.AsMemory(length), either.Token);
            length += part.Count;
            if (part.MessageType == WebSocketMessageType.Close) return null;
            if (part.MessageType == WebSocketMessageType.Text) throw new InvalidMessageException("message", "expected msgpack in a binary frame, got a text frame");
            if (part.EndOfMessage) return _received.AsMemory(0, length);
            if (!begun) slow.CancelAfter(MessagePatience);
            begun = true;
        }
    }

    public Task SendAsync(Dictionary<string, object> message, CancellationToken end)
    {
        var output = new ArrayBufferWriter<byte>();
        MessageWriter.Write(output, message);
        return SendAsync(output.WrittenMemory, WebSocketMessageType.Binary, end);
    }

    /// <summary>A text, which openpi's client takes for an error, and the end with code 1011; as openpi's server ends.</summary>
    public async Task FailAsync(string cause, CancellationToken end)
    {
        await SendAsync(Encoding.UTF8.GetBytes(cause), WebSocketMessageType.Text, end);
        await CloseAsync(WebSocketCloseStatus.InternalServerError, "The cause is in the frame before.", end);
        await OutlastAsync(end);
    }

    /// <summary>Says that nothing follows. May be called beside anything else.</summary>
    public async Task CloseAsync(WebSocketCloseStatus status, string description, CancellationToken end)
    {
        using var limit = Limit(end);
        await _sending.WaitAsync(limit.Token);
        try { await socket.CloseOutputAsync(status, description, limit.Token); }
        finally { _sending.Release(); }
    }

    public void Dispose()
    {
        socket.Dispose();
        _sending.Dispose();
    }

    private async Task SendAsync(ReadOnlyMemory<byte> bytes, WebSocketMessageType type, CancellationToken end)
    {
        using var limit = Limit(end); // who does not read is cut off
        await _sending.WaitAsync(limit.Token);
        try { await socket.SendAsync(bytes, type, endOfMessage: true, limit.Token); }
        finally { _sending.Release(); }
    }

    // A connection that is closed with something unread is reset, and what was told last is lost with it.
    private async Task OutlastAsync(CancellationToken end)
    {
        using var limit = Limit(end);
        while ((await socket.ReceiveAsync(_received.AsMemory(), limit.Token)).MessageType != WebSocketMessageType.Close)
        {
        }
    }

    private CancellationTokenSource Limit(CancellationToken end)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(end);
        limit.CancelAfter(options.SendTimeout);
        return limit;
    }

    private void Grow()
    {
        if (_received.Length == options.MaxRequestBytes) throw new InvalidMessageException("message", $"expected at most {options.MaxRequestBytes} bytes, got more; send smaller pictures, or raise MaxRequestBytes");
        Array.Resize(ref _received, Math.Min(2 * _received.Length, options.MaxRequestBytes));
    }
}
