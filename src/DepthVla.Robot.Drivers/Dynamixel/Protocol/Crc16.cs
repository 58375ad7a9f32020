namespace DepthVla.Robot.Drivers.Dynamixel.Protocol;

/// <summary>The checksum of Protocol 2.0: CRC-16 with polynomial x¹⁶ + x¹⁵ + x² + 1, most significant bit first, from 0. Real-time safe.</summary>
/// <remarks>ROBOTIS e-manual, Protocol 2.0, "CRC". Also known as CRC-16/BUYPASS; "123456789" gives 0xFEE8.</remarks>
internal static class Crc16
{
    private const ushort Polynomial = 0x8005;

    private static readonly ushort[] Table = Tabulate();

    /// <summary>The checksum of <paramref name="bytes"/>.</summary>
    public static ushort Of(ReadOnlySpan<byte> bytes)
    {
        ushort crc = 0;
        foreach (var value in bytes) crc = (ushort)((crc << 8) ^ Table[(crc >> 8) ^ value]);
        return crc;
    }

    // What a byte does to a checksum of 0: eight steps of long division.
    private static ushort[] Tabulate()
    {
        var table = new ushort[256];
        for (var value = 0; value < table.Length; value++)
        {
            var rest = value << 8;
            for (var bit = 0; bit < 8; bit++) rest = (rest & 0x8000) != 0 ? (rest << 1) ^ Polynomial : rest << 1;
            table[value] = (ushort)rest;
        }

        return table;
    }
}
