using System.Buffers;
using System.Net.WebSockets;
using System.Text;
using DepthVla.Robot.OpenPi.Messages;
using DepthVla.Robot.Server.Tests.Running;

namespace DepthVla.Robot.Server.Tests.OpenPi;

/// <summary>A client of the port for openpi's clients: .NET's WebSocket, and exactly the bytes that the test says.</summary>
internal sealed class OpenPiSocket : IDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly byte[] _buffer = new byte[1 << 20];

    public static Uri Address(RunningServer server) => new(server.App.Urls.ElementAt(server.App.Urls.Count - 2).Replace("http", "ws", StringComparison.Ordinal));

    /// <param name="server">To whom.</param>
    /// <param name="authorization">The header, as openpi's client says it; none without. Any certificate of the server's will do.</param>
    /// <param name="path">As openpi's client has it in the host, "ws://gpu-1:8000/pick".</param>
    public static async Task<OpenPiSocket> ConnectAsync(RunningServer server, string? authorization = null, string path = "")
    {
        var client = new OpenPiSocket();
        client._socket.Options.Proxy = null;
        client._socket.Options.RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null;
        client._socket.Options.CollectHttpResponseDetails = true;
        if (authorization is not null) client._socket.Options.SetRequestHeader("Authorization", authorization);
        try { await client._socket.ConnectAsync(new Uri(Address(server), path), TestContext.Current.CancellationToken).Soon(); }
        catch (WebSocketException e) { throw new HttpRequestException(e.Message, e, client._socket.HttpStatusCode); }
        return client;
    }

    public static async Task<OpenPiSocket> ConnectedAsync(RunningServer server)
    {
        var client = await ConnectAsync(server);
        await client.MessageAsync();
        return client;
    }

    public Task SendAsync(IReadOnlyDictionary<string, object> message)
    {
        var output = new ArrayBufferWriter<byte>();
        MessageWriter.Write(output, message);
        return SendAsync(output.WrittenMemory);
    }

    public Task SendAsync(ReadOnlyMemory<byte> bytes, WebSocketMessageType type = WebSocketMessageType.Binary, bool endOfMessage = true) =>
        _socket.SendAsync(bytes, type, endOfMessage, TestContext.Current.CancellationToken).AsTask().Soon();

    /// <summary>The next frame: its type, and its bytes.</summary>
    public async Task<(WebSocketMessageType Type, byte[] Bytes)> NextAsync()
    {
        for (var length = 0; ;)
        {
            var part = await _socket.ReceiveAsync(_buffer.AsMemory(length), TestContext.Current.CancellationToken).AsTask().Soon();
            length += part.Count;
            if (part.EndOfMessage) return (part.MessageType, _buffer[..length]);
        }
    }

    public async Task<Message> MessageAsync()
    {
        var (type, bytes) = await NextAsync();
        Assert.Equal(WebSocketMessageType.Binary, type);
        return MessageReader.Read(bytes);
    }

    /// <summary>The text that tells what went wrong, after which the server must close with 1011.</summary>
    public async Task<string> FailureAsync()
    {
        var (type, bytes) = await NextAsync();
        Assert.Equal(WebSocketMessageType.Text, type);
        Assert.Equal(WebSocketMessageType.Close, (await NextAsync()).Type);
        Assert.Equal(WebSocketCloseStatus.InternalServerError, _socket.CloseStatus);
        return Encoding.UTF8.GetString(bytes);
    }

    public async Task<WebSocketCloseStatus?> EndAsync()
    {
        while ((await NextAsync()).Type != WebSocketMessageType.Close)
        {
        }

        return _socket.CloseStatus;
    }

    public Task LeaveAsync() => _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", TestContext.Current.CancellationToken).Soon();

    public void Dispose() => _socket.Dispose();
}
