using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace DepthVla.Robot.Integration.Tests.Attacks;

/// <summary>Many calls of gRPC at once over one connection of sound HTTP/2.</summary>
internal static class RawCalls
{
    /// <summary>As many calls as a connection may have open.</summary>
    public const int Most = 64;

    /// <summary>Makes the calls, and waits until each is answered but those that stand.</summary>
    /// <returns>The status of each; null where it has none: a reset, or it stands.</returns>
    /// <exception cref="TimeoutException">The server did not answer them all.</exception>
    /// <exception cref="EndOfStreamException">It closed the connection, of which nothing was wrong.</exception>
    public static async Task<int?[]> SendAsync(int port, GrpcMessage[] calls)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var patience = new CancellationTokenSource(Programs.RunningProgram.Patience);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), patience.Token);
            await using var stream = new NetworkStream(socket, ownsSocket: false);
            byte[] opening = [.. Http2Frames.Opening, .. calls.SelectMany((call, i) => (byte[])
                [.. Http2Frames.Frame(Http2Frames.Headers, Http2Frames.EndHeaders, Stream(i), Http2Frames.Call(call.Path)), .. Http2Frames.Frame(Http2Frames.Data, Http2Frames.EndStream, Stream(i), call.Body)])];
            await stream.WriteAsync(opening, patience.Token); // smaller than what lies between two sockets
            return await ReadAsync(stream, calls, patience.Token);
        }
        catch (OperationCanceledException) { throw new TimeoutException("not every call was answered"); }
    }

    private static async Task<int?[]> ReadAsync(NetworkStream stream, GrpcMessage[] calls, CancellationToken patience)
    {
        var statuses = new int?[calls.Length];
        var open = Enumerable.Range(0, calls.Length).Where(i => !calls[i].Standing).Select(Stream).ToHashSet();
        var (header, payload) = (new byte[9], new byte[1 << 14]);
        while (open.Count > 0)
        {
            await stream.ReadExactlyAsync(header, patience);
            var length = (header[0] << 16) | BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(1));
            var (type, flags, id) = (header[3], header[4], BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(5)));
            await stream.ReadExactlyAsync(payload.AsMemory(0, length), patience);
            if (type == Http2Frames.Headers && Status(payload.AsSpan(0, length)) is { } status) statuses[id / 2] = status;
            if (type is Http2Frames.Settings or Http2Frames.Ping && (flags & Http2Frames.Ack) == 0) await stream.WriteAsync(Http2Frames.Frame(type, Http2Frames.Ack, 0, type == Http2Frames.Ping ? payload[..8] : []), patience);
            if (type == Http2Frames.GoAway) throw new EndOfStreamException($"the server went away, code {BinaryPrimitives.ReadInt32BigEndian(payload.AsSpan(4))}");
            if (type == Http2Frames.Reset || (type is Http2Frames.Headers or Http2Frames.Data && (flags & Http2Frames.EndStream) != 0)) open.Remove(id);
        }

        return statuses;
    }

    // Nothing is abbreviated: our settings say so.
    private static int? Status(ReadOnlySpan<byte> headers)
    {
        var at = headers.IndexOf("\u000Bgrpc-status"u8); // behind its length, which its longer namesake does not have
        if (at < 0) return null;
        var value = headers[(at + 1 + "grpc-status".Length)..];
        return int.Parse(value.Slice(1, value[0]), System.Globalization.CultureInfo.InvariantCulture);
    }

    private static int Stream(int index) => (2 * index) + 1;
}
