using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace DepthVla.Robot.Server.Hosting;

/// <summary>Lets a handshake begin once its first message is there: who connects and says nothing, or a byte now and then, costs no more than a socket, and is closed without a word. Thread-safe.</summary>
/// <param name="patience">How long it may take.</param>
/// <param name="time">Measures it.</param>
internal sealed class TlsHello(TimeSpan patience, TimeProvider time)
{
    // TLS 1.3, 5.1: a record's type, version and length come before it, and no record is longer.
    private const int Header = 5, LengthAt = 3, Longest = 1 << 14;
    private const byte HandshakeRecord = 22;

    /// <summary>Goes on with a connection whose hello has come, of which nothing is taken, or closes it.</summary>
    public ConnectionDelegate Admit(ConnectionDelegate next) => async connection =>
    {
        if (await HasComeAsync(connection.Transport.Input)) await next(connection);
    };

    private async Task<bool> HasComeAsync(PipeReader input)
    {
        var late = false;
        var timer = time.CreateTimer(_ =>
        {
            Volatile.Write(ref late, true);
            input.CancelPendingRead(); // not by an exception, which costs more than all else here
        }, null, patience, Timeout.InfiniteTimeSpan);
        bool come;
        await using (timer) come = await ReadsAsync(input);
        return come && !Volatile.Read(ref late); // what was cancelled then is the next read
    }

    private static async Task<bool> ReadsAsync(PipeReader input)
    {
        try
        {
            while (true)
            {
                var read = await input.ReadAsync();
                var come = HasCome(read.Buffer);
                input.AdvanceTo(read.Buffer.Start, come ? read.Buffer.Start : read.Buffer.End);
                if (come || read.IsCanceled || read.IsCompleted) return come;
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException) { return false; } // the client, or the server, is gone
    }

    // What is no hello is for TLS to refuse.
    private static bool HasCome(in ReadOnlySequence<byte> bytes)
    {
        Span<byte> header = stackalloc byte[Header];
        var reader = new SequenceReader<byte>(bytes);
        if (reader.TryPeek(out var type) && type != HandshakeRecord) return true;
        if (!reader.TryCopyTo(header)) return false;
        var length = BinaryPrimitives.ReadUInt16BigEndian(header[LengthAt..]);
        return length > Longest || bytes.Length >= Header + length;
    }
}
