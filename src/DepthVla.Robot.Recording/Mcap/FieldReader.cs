using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace DepthVla.Robot.Recording.Mcap;

/// <summary>Reads the fields of one record, one after the other. What follows the last that is asked for is of a later version, and left alone.</summary>
internal ref struct FieldReader(ReadOnlyMemory<byte> record, Opcode opcode)
{
    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    private ReadOnlyMemory<byte> _rest = record;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    public readonly ReadOnlyMemory<byte> Rest => _rest;

    public byte U8(string field) => Take(field, 1).Span[0];

    public ushort U16(string field) => BinaryPrimitives.ReadUInt16LittleEndian(Take(field, 2).Span);

    public uint U32(string field) => BinaryPrimitives.ReadUInt32LittleEndian(Take(field, 4).Span);

    public ulong U64(string field) => BinaryPrimitives.ReadUInt64LittleEndian(Take(field, 8).Span);

    public ReadOnlyMemory<byte> Bytes(string field) => Take(field, U32(field));

    public string Text(string field)
    {
        try { return Utf8.GetString(Bytes(field).Span); }
        catch (DecoderFallbackException) { throw new McapException($"{opcode}.{field}: expected UTF-8, got other bytes"); }
    }

    public ImmutableSortedDictionary<string, string> Map(string field)
    {
        var map = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        for (var pairs = new FieldReader(Bytes(field), opcode); !pairs.IsAtEnd;) map[pairs.Text(field)] = pairs.Text(field);
        return map.ToImmutable();
    }

    public ReadOnlyMemory<byte> Take(string field, ulong count)
    {
        if (count > (ulong)_rest.Length) throw new McapException($"{opcode}.{field}: expected {count} bytes, got {_rest.Length} to the end of the record");
        var taken = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return taken;
    }
}
