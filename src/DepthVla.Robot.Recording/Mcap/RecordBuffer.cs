using System.Buffers.Binary;
using System.Text;

namespace DepthVla.Robot.Recording.Mcap;

/// <summary>Records in the making: a buffer that grows, and keeps its size when it is cleared.</summary>
internal sealed class RecordBuffer
{
    private const int LengthBytes = 8;

    private byte[] _bytes = new byte[1024];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    /// <summary>Begins a record. Give the result to <see cref="End"/>.</summary>
    public int Begin(Opcode opcode)
    {
        Take(1)[0] = (byte)opcode;
        Take(LengthBytes);
        return Length;
    }

    /// <summary>Ends the record that began there, and fills in its length.</summary>
    public void End(int begun) => BinaryPrimitives.WriteUInt64LittleEndian(_bytes.AsSpan(begun - LengthBytes), (ulong)(Length - begun));

    public RecordBuffer U8(byte value)
    {
        Take(1)[0] = value;
        return this;
    }

    public RecordBuffer U16(ushort value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(Take(2), value);
        return this;
    }

    public RecordBuffer U32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(Take(4), value);
        return this;
    }

    public RecordBuffer U64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(Take(8), value);
        return this;
    }

    /// <summary>Writes a number over the last 32 bits.</summary>
    public void ReplaceLast(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(Length - 4), value);

    /// <summary>The bytes alone, without a length before them.</summary>
    public RecordBuffer Raw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Take(bytes.Length));
        return this;
    }

    /// <summary>A length of 32 bits, then the bytes.</summary>
    public RecordBuffer Bytes(ReadOnlySpan<byte> bytes) => U32((uint)bytes.Length).Raw(bytes);

    public RecordBuffer Text(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        U32((uint)length);
        Encoding.UTF8.GetBytes(text, Take(length));
        return this;
    }

    /// <summary>A map or an array: its length in bytes, then what <paramref name="write"/> writes for each.</summary>
    public RecordBuffer Each<T>(IEnumerable<T> values, Action<RecordBuffer, T> write)
    {
        var at = Length;
        U32(0);
        foreach (var value in values) write(this, value);
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(at), (uint)(Length - at - 4));
        return this;
    }

    public RecordBuffer Map(IEnumerable<KeyValuePair<string, string>> map) => Each(map, static (buffer, pair) => buffer.Text(pair.Key).Text(pair.Value));

    private Span<byte> Take(int count)
    {
        if (_bytes.Length - Length < count) Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, checked(Length + count)));
        Length += count;
        return _bytes.AsSpan(Length - count, count);
    }
}
