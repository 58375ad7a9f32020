using System.Buffers.Binary;
using System.Diagnostics;

namespace DepthVla.Robot.Drivers.Dynamixel.Protocol;

/// <summary>Writes packets of Protocol 2.0. Pure; real-time safe.</summary>
/// <remarks>
/// ROBOTIS e-manual, Protocol 2.0, "Packet Process":
/// 1. From the instruction to the last parameter, each FF FF FD is followed by one more FD, so that no header occurs inside a packet.
/// 2. The length counts what follows it, those bytes too.
/// 3. The checksum is of everything before it, those bytes too.
/// </remarks>
internal static class PacketEncoder
{
    /// <summary>The most bytes that a packet with <paramref name="parameters"/> bytes of parameters takes.</summary>
    public static int MaxSize(int parameters) => Packet.Prefix + Packet.MinLength + parameters + ((parameters + 1) / 3);

    /// <summary>Writes a packet to the beginning of <paramref name="destination"/>.</summary>
    /// <returns>Its size, bytes.</returns>
    public static int Encode(Span<byte> destination, byte id, Instruction instruction, ReadOnlySpan<byte> parameters)
    {
        Debug.Assert(destination.Length >= MaxSize(parameters.Length), "the packet fits, however much is stuffed");
        Packet.Header.CopyTo(destination);
        destination[4] = id;
        destination[Packet.Prefix] = (byte)instruction;
        var (size, run) = (Packet.Prefix + 1, instruction == (Instruction)0xFF ? 1 : 0);
        foreach (var value in parameters)                                  // 1.
        {
            destination[size++] = value;
            if (value == 0xFD && run >= 2) destination[size++] = 0xFD;
            run = value == 0xFF ? run + 1 : 0;
        }

        BinaryPrimitives.WriteUInt16LittleEndian(destination[5..], (ushort)(size + 2 - Packet.Prefix)); // 2.
        BinaryPrimitives.WriteUInt16LittleEndian(destination[size..], Crc16.Of(destination[..size]));  // 3.
        return size + 2;
    }

    /// <summary>Removes the stuffing in place: <paramref name="bytes"/> are from the instruction to the last parameter.</summary>
    /// <returns>How many bytes are left, or -1 when they hold a header, so that they are not the inside of a packet.</returns>
    public static int Unstuff(Span<byte> bytes)
    {
        var (size, run) = (0, 0);
        for (var i = 0; i < bytes.Length; i++)
        {
            var value = bytes[size++] = bytes[i];
            if (value == 0xFD && run >= 2 && (++i >= bytes.Length || bytes[i] != 0xFD)) return -1;
            run = value == 0xFF ? run + 1 : 0;
        }

        return size;
    }
}
