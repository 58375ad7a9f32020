namespace DepthVla.Robot.Recording.Mcap;

/// <summary>Reads MCAP files from beginning to end, as far as they are there: one that was cut is read up to the cut.</summary>
public static class McapReader
{
    /// <summary>All of a file that can be read.</summary>
    /// <exception cref="McapException">It is no MCAP file, or its chunks are compressed.</exception>
    /// <exception cref="IOException">It cannot be read at all.</exception>
    public static McapFile Read(string path) => Read(File.ReadAllBytes(path));

    /// <summary>The same of bytes, which the messages then share.</summary>
    /// <exception cref="McapException">They are no MCAP file, or their chunks are compressed.</exception>
    public static McapFile Read(ReadOnlyMemory<byte> file)
    {
        if (!file.Span.StartsWith(McapWriter.Magic))
        {
            throw new McapException($"expected an MCAP file, which begins 89 4D 43 41 50 30 0D 0A, got {file.Length} bytes that begin {Convert.ToHexString(file.Span[..Math.Min(8, file.Length)])}");
        }

        var contents = new FileContents();
        var problem = ReadData(file, contents);
        return contents.ToFile(contents.Problem ?? problem);
    }

    // What keeps the file from being whole, or null.
    private static string? ReadData(ReadOnlyMemory<byte> file, FileContents contents)
    {
        for (var at = McapWriter.Magic.Length; at < file.Length;)
        {
            if (!RecordFrame.TryRead(file[at..], out var opcode, out var content)) return Cut(file, at, opcode, content, contents);
            try
            {
                if (opcode == Opcode.DataEnd) return EndProblem(file, at, content);
                if (opcode == Opcode.Chunk) ReadChunk(content, at, contents);
                else contents.Add(opcode, content);
            }
            catch (McapException e) when (contents.HasHeader && opcode != Opcode.Chunk)
            {
                return $"the record at byte {at} is damaged: {e.Message}; what came before it is here";
            }

            at += RecordFrame.HeadBytes + content.Length;
        }

        return CutAt(file.Length);
    }

    // A chunk has its checksum over all of it, so what is there of one that was cut cannot be checked; it is read all the same.
    private static string Cut(ReadOnlyMemory<byte> file, int at, Opcode opcode, ReadOnlyMemory<byte> content, FileContents contents)
    {
        try
        {
            if (opcode == Opcode.Chunk) contents.AddAll(ChunkRecords(content, whole: false, out _));
        }
        catch (McapException)
        {
            // cut within the chunk's own fields
        }

        return CutAt(at);
    }

    private static string CutAt(long at) => $"the file ends before its summary: it was cut within the record at byte {at}; what came before is here";

    private static void ReadChunk(ReadOnlyMemory<byte> content, int at, FileContents contents)
    {
        string? damage = null;
        try
        {
            var records = ChunkRecords(content, whole: true, out var crc);
            var counted = crc == 0 ? 0 : Crc32.Of(records.Span);
            if (crc == counted && contents.AddAll(records)) return;
            damage = crc == counted ? "a record in it is cut" : $"its checksum is {counted:x8}, not {crc:x8} as it says";
        }
        catch (McapException e) when (e is not CompressedException)
        {
            damage = e.Message;
        }

        contents.Problem ??= $"the chunk at byte {at} is damaged: {damage}; messages of it are missing";
    }

    private static ReadOnlyMemory<byte> ChunkRecords(ReadOnlyMemory<byte> content, bool whole, out uint crc)
    {
        var fields = new FieldReader(content, Opcode.Chunk);
        fields.U64("message_start_time");
        fields.U64("message_end_time");
        fields.U64("uncompressed_size");
        crc = fields.U32("uncompressed_crc");
        if (fields.Text("compression") is { Length: > 0 } compression) throw new CompressedException(compression);
        var length = fields.U64("records");
        return whole || length < (ulong)fields.Rest.Length ? fields.Take("records", length) : fields.Rest;
    }

    private static string? EndProblem(ReadOnlyMemory<byte> file, int at, ReadOnlyMemory<byte> content)
    {
        var crc = new FieldReader(content, Opcode.DataEnd).U32("data_section_crc");
        if (crc != 0 && Crc32.Of(file.Span[..at]) != crc) return "the checksum of the file's data is not the one that it states: some byte was changed";
        return file.Span.EndsWith(McapWriter.Magic) && file.Length > at + content.Length + RecordFrame.HeadBytes ? null : CutAt(at);
    }

    private sealed class CompressedException(string compression)
        : McapException($"Chunk.compression: expected none, got '{compression}'; rewrite the file: mcap compress --compression none FILE -o PLAIN");
}
