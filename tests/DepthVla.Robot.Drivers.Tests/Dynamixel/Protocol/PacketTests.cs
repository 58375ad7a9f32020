using DepthVla.Robot.Drivers.Dynamixel.Protocol;
using DepthVla.Robot.Drivers.Emulation.Dynamixel;
using FsCheck.Xunit;

namespace DepthVla.Robot.Drivers.Tests.Dynamixel.Protocol;

public sealed class PacketTests
{
    /// <summary>The examples of the ROBOTIS e-manual, Protocol 2.0, "Instruction Details".</summary>
    public static TheoryData<string, byte, byte, string> Manual => new()
    {
        { "FFFFFD00 01 0300 01 194E", 1, 0x01, "" },
        { "FFFFFD00 FE 0300 01 3142", 0xFE, 0x01, "" },
        { "FFFFFD00 01 0700 02 84000400 1D15", 1, 0x02, "84000400" },
        { "FFFFFD00 01 0900 03 7400 00020000 CA89", 1, 0x03, "7400 00020000" },
        { "FFFFFD00 FE 0900 82 84000400 01 02 CEFA", 0xFE, 0x82, "84000400 01 02" },
        { "FFFFFD00 FE 1100 83 74000400 01 96000000 02 AA000000 8287", 0xFE, 0x83, "74000400 01 96000000 02 AA000000" },
        { "FFFFFD00 01 0700 55 00 060426 655D", 1, 0x55, "00 060426" },
        { "FFFFFD00 02 0700 55 00 060426 6F6D", 2, 0x55, "00 060426" },
        { "FFFFFD00 01 0800 55 00 A6000000 8CC0", 1, 0x55, "00 A6000000" },
        { "FFFFFD00 02 0800 55 00 1F080000 BABE", 2, 0x55, "00 1F080000" },
        { "FFFFFD00 01 0400 55 00 A10C", 1, 0x55, "00" },
    };

    [Theory]
    [MemberData(nameof(Manual))]
    public void EncodeAndTake_ExamplesOfTheManual_AreTheSameBytes(string packet, byte id, byte instruction, string parameters)
    {
        Assert.Equal(Hex(packet), Encode(id, instruction, Hex(parameters)));
        Assert.Equal([Describe(id, instruction, Hex(parameters))], TakeAll(Hex(packet)));
    }

    [Fact]
    public void Crc_CheckValueOfTheCatalogue_IsMet() => Assert.Equal(0xFEE8, Crc16.Of("123456789"u8));

    /// <summary>A header inside gets one byte more, which the length counts. The checksum is of PlainProtocol.</summary>
    [Theory]
    [InlineData("FFFFFD", "FFFFFDFD")]
    [InlineData("FFFFFD00", "FFFFFDFD00")]
    [InlineData("FFFFFFFD01", "FFFFFFFDFD01")]
    [InlineData("FFFFFDFD", "FFFFFDFDFD")]
    [InlineData("FFFFFDFFFFFD", "FFFFFDFDFFFFFDFD")]
    [InlineData("FFFD", "FFFD")]
    public void Encode_HeaderInside_IsStuffed(string parameters, string stuffed)
    {
        var packet = Encode(1, 0x03, Hex(parameters));
        Assert.Equal(Hex(stuffed), packet[8..^2]);
        Assert.Equal(3 + Hex(stuffed).Length, packet[5]);
        Assert.Equal(PlainProtocol.Packet(1, 0x03, Hex(parameters)), packet);
    }

    [Property(MaxTest = 500)]
    public bool EncodeThenTake_AnyParameters_GivesThemBack(byte id, byte[] parameters)
    {
        id %= 253;
        return TakeAll(Encode(id, 0x55, parameters)).SequenceEqual([Describe(id, 0x55, parameters)]);
    }

    /// <summary>Made of nothing but what headers are made of, cut into pieces anyhow, and compared to a plain codec.</summary>
    [Property(MaxTest = 500)]
    public bool EncodeThenTake_HeadersEverywhere_GivesThemBack(byte[][] packets, byte cut)
    {
        byte[] letters = [0xFF, 0xFF, 0xFD, 0x00];
        byte[][] contents = [.. packets.Select(p => p.Select(b => letters[b % 4]).ToArray())];
        byte[] stream = [.. contents.SelectMany(c => Encode(7, 0x55, c))];
        return stream.SequenceEqual(contents.SelectMany(c => PlainProtocol.Packet(7, 0x55, c)))
            && TakeAll(stream, 1 + (cut % 13)).SequenceEqual(contents.Select(c => Describe(7, 0x55, c)));
    }

    [Fact]
    public void Take_TenThousandSpoiltPackets_FindsTheSoundOneBehindEach()
    {
        var random = new Random(1);
        var parser = new PacketParser();
        for (var round = 0; round < 10_000; round++)
        {
            var sound = new byte[random.Next(1, 40)];
            random.NextBytes(sound);
            byte[] stream = [.. Spoil(Encode(3, 0x55, [0, .. sound]), random), .. Encode(9, 0x55, sound)];

            var (found, at) = (new List<string>(), 0);
            while (at < stream.Length)
            {
                var size = Math.Min(random.Next(1, 20), stream.Length - at);
                found.AddRange(Feed(parser, stream.AsSpan(at, size)));
                at += size;
            }

            Assert.Equal(Describe(9, 0x55, sound), found[^1]);
        }

        Assert.True(parser.Skipped > 100_000);
    }

    [Fact]
    public void Take_TornPacketOfGreatLength_DoesNotWaitForItsRest()
    {
        byte[] torn = [0xFF, 0xFF, 0xFD, 0x00, 1, 0xFF, 0x01, 0x55, 1, 2, 3];
        Assert.Equal([Describe(9, 0x55, [0, 5])], TakeAll([.. torn, .. Encode(9, 0x55, [0, 5])]));
    }

    [Property(MaxTest = 300)]
    public bool Take_AnyBytes_NeverThrowsNorRunsFull(byte[][] blocks)
    {
        var parser = new PacketParser();
        foreach (var block in blocks) foreach (var _ in Feed(parser, [.. PacketHeader, .. block])) { }
        for (var i = 0; i < 200; i++) _ = Feed(parser, [.. PacketHeader, 1, 0xFF, 0x01, 0x55, (byte)i]);
        return Feed(parser, Encode(9, 0x55, [0])).SequenceEqual([Describe(9, 0x55, [0])]);
    }

    [Fact]
    public void EncodeAndTake_Always_AllocateNothing()
    {
        var (parser, packet, parameters) = (new PacketParser(), new byte[64], new byte[20]);
        Assert.Equal(0, Allocations.InSteadyState(() =>
        {
            var size = PacketEncoder.Encode(packet, 1, Instruction.Status, parameters);
            packet.AsSpan(0, size).CopyTo(parser.Free);
            parser.Advance(size);
            if (!parser.TryTake(out _)) throw new InvalidOperationException("it was sound");
        }));
    }

    [Theory]
    [InlineData(0x00, true, false)]
    [InlineData(0x80, true, true)]
    [InlineData(0x04, false, false)]
    [InlineData(0x87, false, true)]
    public void StatusError_Byte_SplitsIntoAlertAndNumber(byte value, bool done, bool alert)
    {
        var error = new StatusError(value);
        Assert.Equal((done, alert), (error.Done, error.Alert));
        Assert.NotEmpty(error.Reason);
    }

    private static byte[] PacketHeader => [0xFF, 0xFF, 0xFD, 0x00];

    private static byte[] Encode(byte id, byte instruction, byte[] parameters)
    {
        var packet = new byte[PacketEncoder.MaxSize(parameters.Length)];
        return packet[..PacketEncoder.Encode(packet, id, (Instruction)instruction, parameters)];
    }

    private static List<string> TakeAll(byte[] stream, int block = int.MaxValue)
    {
        var (parser, found) = (new PacketParser(), new List<string>());
        foreach (var part in stream.Chunk(Math.Min(block, 500))) found.AddRange(Feed(parser, part));
        return found;
    }

    private static List<string> Feed(PacketParser parser, ReadOnlySpan<byte> bytes)
    {
        var found = new List<string>();
        bytes.CopyTo(parser.Free);
        parser.Advance(bytes.Length);
        while (parser.TryTake(out var packet)) found.Add(Describe(packet.Id, (byte)packet.Instruction, packet.Parameters));
        return found;
    }

    private static byte[] Spoil(byte[] packet, Random random)
    {
        var at = random.Next(packet.Length);
        var garbage = new byte[random.Next(1, 30)];
        random.NextBytes(garbage);
        switch (random.Next(5))
        {
            case 0: packet[at] ^= (byte)(1 << random.Next(8)); return packet;
            case 1: return packet[..at];
            case 2: return [.. packet[..at], .. garbage, .. packet[at..]];
            case 3: return [.. packet[at..], .. PacketHeader[..random.Next(5)]];
            default: return garbage;
        }
    }

    private static string Describe(byte id, byte instruction, ReadOnlySpan<byte> parameters) => $"{id} {instruction:X2} {Convert.ToHexString(parameters)}";

    private static byte[] Hex(string text) => Convert.FromHexString(text.Replace(" ", "", StringComparison.Ordinal));
}
