using System.Buffers.Binary;
using System.Text;

namespace DepthVla.Robot.Drivers.Emulation.UniversalRobots;

/// <summary>The controller's side of the wire, written from the RTDE guide and apart from the driver's: bytes in the order they go out.</summary>
internal sealed class WireBytes
{
    private readonly List<byte> _bytes = [];

    public WireBytes Byte(byte value)
    {
        _bytes.Add(value);
        return this;
    }

    public WireBytes Int(int value) => Append(4, span => BinaryPrimitives.WriteInt32BigEndian(span, value));

    public WireBytes Double(double value) => Append(8, span => BinaryPrimitives.WriteDoubleBigEndian(span, value));

    public WireBytes Doubles(IEnumerable<double> values)
    {
        foreach (var value in values) Double(value);
        return this;
    }

    public WireBytes Text(string value)
    {
        _bytes.AddRange(Encoding.ASCII.GetBytes(value));
        return this;
    }

    public WireBytes ShortText(string value) => Byte((byte)value.Length).Text(value);

    public byte[] Plain() => [.. _bytes];

    public byte[] Package(char type) => [(byte)((_bytes.Count + 3) >> 8), (byte)(_bytes.Count + 3), (byte)type, .. _bytes];

    private WireBytes Append(int size, Action<byte[]> write)
    {
        var bytes = new byte[size];
        write(bytes);
        _bytes.AddRange(bytes);
        return this;
    }
}
