using System.Buffers.Binary;

namespace DepthVla.Robot.Model.Text.SentencePiece;

/// <summary>How a protobuf field is laid out. Numbers as on the wire.</summary>
internal enum WireType
{
    Varint = 0,
    Fixed64 = 1,
    Bytes = 2,
    Fixed32 = 5,
}

/// <summary>Steps through the fields of one protobuf message: <see cref="Next"/>, then the value by its wire type. Copies nothing.</summary>
/// <exception cref="InvalidDataException">Thrown by <see cref="Next"/> where the bytes are no message.</exception>
internal struct WireReader(ReadOnlyMemory<byte> message)
{
    private int _position;
    private ulong _number;

    /// <summary>Field number and wire type of the current field.</summary>
    public (int Field, WireType Type) Tag { get; private set; }

    /// <summary>The value of a <see cref="WireType.Bytes"/> field: a slice of the message.</summary>
    public ReadOnlyMemory<byte> Bytes { get; private set; }

    /// <summary>The value of a <see cref="WireType.Varint"/> field.</summary>
    public readonly int Int32 => unchecked((int)_number);

    /// <summary>The value of a <see cref="WireType.Varint"/> field.</summary>
    public readonly bool Bool => _number != 0;

    /// <summary>The value of a <see cref="WireType.Fixed32"/> field.</summary>
    public readonly float Single => BitConverter.UInt32BitsToSingle((uint)_number);

    /// <summary>Reads the next field; false at the end of the message.</summary>
    public bool Next()
    {
        if (_position == message.Length) return false;

        var start = _position;
        var key = ReadVarint();
        if (key >> 3 is 0 or > int.MaxValue >> 2) throw Broken(start, $"field number {key >> 3}");

        Tag = ((int)(key >> 3), (WireType)(key & 7));
        switch (Tag.Type)
        {
            case WireType.Varint: _number = ReadVarint(); break;
            case WireType.Fixed64: _number = BinaryPrimitives.ReadUInt64LittleEndian(Take(8).Span); break;
            case WireType.Fixed32: _number = BinaryPrimitives.ReadUInt32LittleEndian(Take(4).Span); break;
            case WireType.Bytes: Bytes = Take(ReadVarint()); break;
            default: throw Broken(start, $"wire type {key & 7}");
        }

        return true;
    }

    private ulong ReadVarint()
    {
        var start = _position;
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Take(1).Span[0];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80) return value;
        }

        throw Broken(start, "a number of more than ten bytes");
    }

    private ReadOnlyMemory<byte> Take(ulong length)
    {
        if (length > (ulong)(message.Length - _position)) throw Broken(_position, $"{length} bytes wanted, {message.Length - _position} left");
        var taken = message.Slice(_position, (int)length);
        _position += (int)length;
        return taken;
    }

    private static InvalidDataException Broken(int position, string what) =>
        new($"not a protobuf message: {what} at byte {position} of it; the file is cut short or is something else");
}
