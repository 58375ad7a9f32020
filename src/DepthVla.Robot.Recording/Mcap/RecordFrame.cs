using System.Buffers.Binary;

namespace DepthVla.Robot.Recording.Mcap;

/// <summary>What every record begins with: opcode and length.</summary>
internal static class RecordFrame
{
    public const int HeadBytes = 9;

    /// <summary>The first record of the data. False where it does not end within them; then the content is what there is of it.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> data, out Opcode opcode, out ReadOnlyMemory<byte> content)
    {
        (opcode, content) = (data.IsEmpty ? default : (Opcode)data.Span[0], default);
        if (data.Length < HeadBytes) return false;
        var length = BinaryPrimitives.ReadUInt64LittleEndian(data.Span[1..]);
        content = data[HeadBytes..];
        if (length > (ulong)content.Length) return false;
        content = content[..(int)length];
        return true;
    }
}
