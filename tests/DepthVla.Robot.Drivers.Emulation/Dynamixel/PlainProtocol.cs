namespace DepthVla.Robot.Drivers.Emulation.Dynamixel;

/// <summary>Protocol 2.0 once more, bit by bit and with lists: slow, plain, and no line in common with what it checks.</summary>
internal static class PlainProtocol
{
    public static ushort Crc(IEnumerable<byte> bytes)
    {
        var crc = 0;
        foreach (var value in bytes)
        {
            for (var bit = 7; bit >= 0; bit--)
            {
                var carry = (crc >> 15 & 1) ^ (value >> bit & 1);
                crc = crc << 1 & 0xFFFF;
                if (carry != 0) crc ^= 0x8005;
            }
        }

        return (ushort)crc;
    }

    public static byte[] Packet(int id, int instruction, params byte[] parameters)
    {
        List<byte> inside = [(byte)instruction];
        foreach (var value in parameters)
        {
            inside.Add(value);
            if (inside is [.., 0xFF, 0xFF, 0xFD]) inside.Add(0xFD);
        }

        var length = inside.Count + 2;
        byte[] packet = [0xFF, 0xFF, 0xFD, 0x00, (byte)id, (byte)length, (byte)(length >> 8), .. inside];
        var crc = Crc(packet);
        return [.. packet, (byte)crc, (byte)(crc >> 8)];
    }

    /// <summary>Takes the first sound packet out of <paramref name="stream"/>; null where there is none yet.</summary>
    public static (int Id, int Instruction, byte[] Parameters)? Take(List<byte> stream)
    {
        for (var at = 0; at + 10 <= stream.Count; at++)
        {
            if (stream[at] != 0xFF || stream[at + 1] != 0xFF || stream[at + 2] != 0xFD || stream[at + 3] != 0) continue;
            var length = stream[at + 5] + (stream[at + 6] << 8);
            if (length < 3 || at + 7 + length > stream.Count) continue;
            var packet = stream.GetRange(at, 7 + length);
            if (Crc(packet.Take(5 + length)) != packet[^2] + (packet[^1] << 8)) continue;

            stream.RemoveRange(0, at + packet.Count);
            var inside = packet.GetRange(7, length - 2);
            List<byte> plain = [];
            for (var i = 0; i < inside.Count; i++)
            {
                plain.Add(inside[i]);
                if (plain is [.., 0xFF, 0xFF, 0xFD]) i++;
            }

            return (packet[4], plain[0], [.. plain[1..]]);
        }

        return null;
    }
}
