using System.Buffers;
using System.Net.WebSockets;
using System.Text;
using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Contracts.Remote;
using DepthVla.Robot.Contracts.Trust;
using DepthVla.Robot.OpenPi.Messages;

namespace DepthVla.Robot.OpenPi.Remote;

/// <summary>A WebSocket to an openpi-protocol server: whole messages out and in. One user at a time.</summary>
internal sealed class OpenPiConnection : IDisposable
{
    private const int MaxBytes = 32 << 20;

    private readonly ClientWebSocket _socket = new();
    private readonly ArrayBufferWriter<byte> _output = new();
    private byte[] _received = new byte[64 << 10];

    private readonly HttpMessageInvoker _upgrade;

    private OpenPiConnection(HttpMessageInvoker upgrade) => _upgrade = upgrade;

    /// <exception cref="PolicyServiceException">Nobody answers there, or nobody who is trusted, or one who does not trust us.</exception>
    public static async Task<OpenPiConnection> OpenAsync(string address, ServiceCredentials credentials, CancellationToken end)
    {
        var connection = new OpenPiConnection(ServiceChannel.CreateUpgrade(address, credentials));
        try
        {
            await OpenPiErrors.ExplainAsync(() => connection._socket.ConnectAsync(new(address), connection._upgrade, end)).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <exception cref="PolicyServiceException">The connection is gone.</exception>
    public Task SendAsync(IReadOnlyDictionary<string, object> message, CancellationToken end)
    {
        _output.ResetWrittenCount();
        MessageWriter.Write(_output, message);
        return OpenPiErrors.ExplainAsync(() => _socket.SendAsync(_output.WrittenMemory, WebSocketMessageType.Binary, endOfMessage: true, end).AsTask());
    }

    /// <summary>The next message, valid until the next is received.</summary>
    /// <exception cref="PolicyServiceException">The connection is gone, or the server tells of an error.</exception>
    /// <exception cref="MalformedMessageException">Bytes that are no message.</exception>
    public async Task<Message> ReceiveAsync(CancellationToken end)
    {
        var (length, isText) = (0, false);
        await OpenPiErrors.ExplainAsync(async () => (length, isText) = await FillAsync(end).ConfigureAwait(false)).ConfigureAwait(false);
        var bytes = _received.AsMemory(0, length);
        if (isText) throw OpenPiErrors.Unavailable($"The server failed: {OpenPiErrors.LastLine(Encoding.UTF8.GetString(bytes.Span))}");
        try { return MessageReader.Read(bytes); }
        catch (InvalidMessageException e) { throw new MalformedMessageException("server's message", [new(e.Key, e.Problem)]); }
    }

    public void Dispose()
    {
        _socket.Dispose();
        _upgrade.Dispose();
    }

    private async Task<(int Length, bool IsText)> FillAsync(CancellationToken end)
    {
        for (var length = 0; ;)
        {
            if (length == MaxBytes) throw OpenPiErrors.Unavailable($"The server's message has more than {MaxBytes} bytes.");
            if (length == _received.Length) Array.Resize(ref _received, Math.Min(2 * length, MaxBytes));
            var part = await _socket.ReceiveAsync(_received.AsMemory(length), end).ConfigureAwait(false);
            length += part.Count;
            if (part.MessageType == WebSocketMessageType.Close) throw OpenPiErrors.Unavailable($"The server closed the connection: {_socket.CloseStatus} {_socket.CloseStatusDescription}");
            if (part.EndOfMessage) return (length, part.MessageType == WebSocketMessageType.Text);
        }
    }
}
