using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using DepthVla.Robot.OpenPi.Messages;

namespace DepthVla.Robot.Integration.Tests.Attacks;

/// <summary>What is sent to the port for openpi's clients: an upgrade, and then frames that are spoilt, in their headers, their order or their msgpack.</summary>
internal static class WebSocketMessages
{
    private const string Upgrade = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    private const int TooLarge = (16 << 20) + 1; // the server's default is 16 MiB

    private static readonly byte[] Sound = Observation(joints: 8), OfAnotherArm = Observation(joints: 3), Opening = Encoding.ASCII.GetBytes(Upgrade);

    /// <summary>All that one client sends.</summary>
    public static byte[] Of(Random random)
    {
        var output = new ArrayBufferWriter<byte>(4096);
        output.Write(random.Next(32) == 0 ? Mutation.Of(Opening, random) : Opening);
        if (random.Next(20_000) == 0)
        {
            Frame(output, random, 0x82, new byte[TooLarge], TooLarge, masked: true);
            return output.WrittenSpan.ToArray();
        }

        for (var frames = random.Next(1, 5); frames > 0; frames--) Append(output, random);
        return output.WrittenSpan.ToArray();
    }

    private static void Append(ArrayBufferWriter<byte> output, Random random)
    {
        // An answer takes the processor for tens of milliseconds: most are of an arm that this policy does not fit.
        var message = Mutation.Of(random.Next(64) == 0 ? Sound : OfAnotherArm, random);
        switch (random.Next(8))
        {
            case 0: // any opcode, any reserved bit
                Frame(output, random, (byte)random.Next(256), Mutation.Noise(random, 200), null, masked: random.Next(4) > 0);
                break;
            case 1: // a length that is another
                Frame(output, random, 0x82, message, (ulong)random.NextInt64(-1, random.Next(2) == 0 ? 1 << 20 : long.MaxValue), masked: true);
                break;
            case 2: // a close, with any code and any reason
                Frame(output, random, 0x88, [(byte)random.Next(0, 20), (byte)random.Next(256), .. Mutation.Noise(random, 140)], null, masked: true);
                break;
            case 3: // in parts, and parts of what never began
                var cut = random.Next(message.Length + 1);
                Frame(output, random, (byte)(random.Next(4) == 0 ? 0x00 : 0x02), message.AsSpan(0, cut), null, masked: true);
                if (random.Next(2) == 0) Frame(output, random, 0x89, Mutation.Noise(random, 125), null, masked: true);
                Frame(output, random, (byte)(random.Next(4) == 0 ? 0x82 : 0x80), message.AsSpan(cut), null, masked: true);
                break;
            case 4: // a text, which need not be one
                Frame(output, random, 0x81, Mutation.Of("put the spoon on the towel"u8, random), null, masked: true);
                break;
            case 5:
                Frame(output, random, 0x82, message, null, masked: false);
                break;
            default:
                Frame(output, random, 0x82, message, null, masked: true);
                break;
        }
    }

    private static void Frame(ArrayBufferWriter<byte> output, Random random, byte first, ReadOnlySpan<byte> payload, ulong? promised, bool masked)
    {
        var (length, mask) = (promised ?? (ulong)payload.Length, (byte)(masked ? 0x80 : 0));
        Span<byte> header = stackalloc byte[14];
        header[0] = first;
        var used = 2;
        if (length < 126) header[1] = (byte)(mask | (byte)length);
        else if (length <= ushort.MaxValue)
        {
            header[1] = (byte)(mask | 126);
            BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)length);
            used = 4;
        }
        else
        {
            header[1] = (byte)(mask | 127);
            BinaryPrimitives.WriteUInt64BigEndian(header[2..], length);
            used = 10;
        }

        var key = header.Slice(used, masked ? 4 : 0);
        random.NextBytes(key);
        output.Write(header[..(used + key.Length)]);
        var written = output.GetSpan(payload.Length)[..payload.Length];
        payload.CopyTo(written);
        if (masked) for (var i = 0; i < written.Length; i++) written[i] ^= key[i & 3];
        output.Advance(payload.Length);
    }

    private static byte[] Observation(int joints)
    {
        var output = new ArrayBufferWriter<byte>();
        MessageWriter.Write(output, new Dictionary<string, object>
        {
            ["observation/image"] = NdArray.Of(new byte[12], 2, 2, 3), ["observation/wrist_image"] = NdArray.Of(new byte[12], 2, 2, 3),
            ["observation/state"] = NdArray.Of(new double[joints]), ["prompt"] = "put the spoon on the towel", ["noise_seed"] = 7,
        });
        return output.WrittenSpan.ToArray();
    }
}
