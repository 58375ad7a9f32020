using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace DepthVla.Robot.Integration.Tests.Attacks;

/// <summary>HTTP/2 as bytes (RFC 9113): frames as a client of gRPC sends them, and the same spoilt.</summary>
internal static class Http2Frames
{
    public const byte Data = 0, Headers = 1, Reset = 3, Settings = 4, Ping = 6, GoAway = 7, WindowUpdate = 8, Continuation = 9;
    public const byte Ack = 1, EndStream = 1, EndHeaders = 4;

    /// <summary>Opens a connection: whatever is sent to us may be as large as it likes, and headers are not abbreviated by what was sent before.</summary>
    public static byte[] Opening { get; } =
        [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(Settings, 0, 0, [0, 1, 0, 0, 0, 0, 0, 4, 0x7F, 0xFF, 0xFF, 0xFF]), .. Frame(WindowUpdate, 0, 0, [0x7F, 0xFF, 0x00, 0x00])];

    public static byte[] Frame(byte type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[9 + payload.Length];
        frame[0] = (byte)(payload.Length >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(1), (ushort)payload.Length);
        (frame[3], frame[4]) = (type, flags);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame.AsSpan(9));
        return frame;
    }

    /// <summary>A call's headers: static names of HPACK (RFC 7541, appendix A), values as they are.</summary>
    public static byte[] Call(string path)
    {
        var output = new ArrayBufferWriter<byte>();
        output.Write<byte>([0x83, 0x86]); // POST, http
        Literal(output, 4, path);
        Literal(output, 1, "localhost");
        Literal(output, 31, "application/grpc");
        output.Write<byte>([0x00, 2, (byte)'t', (byte)'e', 8]);
        output.Write("trailers"u8);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>A message behind gRPC's five bytes.</summary>
    public static byte[] Message(byte compressed, uint promised, ReadOnlySpan<byte> message)
    {
        var framed = new byte[5 + message.Length];
        framed[0] = compressed;
        BinaryPrimitives.WriteUInt32BigEndian(framed.AsSpan(1), promised);
        message.CopyTo(framed.AsSpan(5));
        return framed;
    }

    /// <summary>All that one client sends: a few calls, of which bytes, frames or their order are spoilt.</summary>
    public static byte[] Of(Random random)
    {
        if (random.Next(16) == 0) return [.. random.Next(2) == 0 ? Opening : [], .. Mutation.Noise(random, 2000)];
        var frames = new List<byte[]> { Opening };
        for (var stream = 1; stream < 2 * random.Next(2, 6); stream += 2)
        {
            frames.Add(Frame(Headers, EndHeaders, stream, Call("/grpc.health.v1.Health/Check")));
            frames.Add(Frame(Data, EndStream, stream, Message(0, 0, [])));
        }

        frames.Add(Frame(Ping, 0, 0, new byte[8]));
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            var at = random.Next(1, frames.Count);
            switch (random.Next(7))
            {
                case 0: frames[at] = Mutation.Of(frames[at], random); break;
                case 1: // length, type, flags or stream
                    frames[at] = [.. frames[at]]; // one frame may stand in several places, and the opening in every connection
                    frames[at][random.Next(9)] = (byte)random.Next(256);
                    break;
                case 2: frames.Insert(at, frames[random.Next(frames.Count)]); break;
                case 3: frames.RemoveAt(at); frames.Add([]); break;
                case 4: frames.Insert(at, Frame((byte)random.Next(12), (byte)random.Next(256), random.Next(4) == 0 ? random.Next() : random.Next(8), Mutation.Noise(random, 64))); break;
                case 5: Flood(frames, at, random); break;
                default: frames[0] = Mutation.Of(Opening, random); break;
            }

            for (var i = 0; i < frames.Count; i++) if (frames[i].Length < 9) frames[i] = Frame(Ping, 0, 0, new byte[8]);
        }

        return [.. frames.SelectMany(frame => frame)];
    }

    // Many small frames that each cost the server something: pings, settings, resets, headers without end, abbreviations that unfold.
    private static void Flood(List<byte[]> frames, int at, Random random)
    {
        var kind = random.Next(5);
        for (var i = 0; i < 40; i++)
        {
            var stream = 101 + (2 * i);
            frames.Insert(at, kind switch
            {
                0 => Frame(Ping, 0, 0, new byte[8]),
                1 => Frame(Settings, 0, 0, []),
                2 => [.. Frame(Headers, EndHeaders | EndStream, stream, Call("/grpc.health.v1.Health/Watch")), .. Frame(Reset, 0, stream, new byte[4])],
                3 => Frame(i == 39 ? Headers : Continuation, 0, 101, Call("/" + new string('a', 100))),
                _ => Frame(Headers, EndHeaders, 101, [0x3F, 0xE1, 0x1F, .. Enumerable.Repeat((byte)0xBE, 200)]),
            });
        }
    }

    private static void Literal(ArrayBufferWriter<byte> output, int name, string value)
    {
        if (name < 15) output.Write<byte>([(byte)name]);
        else output.Write<byte>([0x0F, (byte)(name - 15)]);
        if (value.Length < 127) output.Write<byte>([(byte)value.Length]);
        else output.Write<byte>([0x7F, (byte)(((value.Length - 127) & 0x7F) | 0x80), (byte)((value.Length - 127) >> 7)]);
        output.Write(Encoding.ASCII.GetBytes(value));
    }
}
