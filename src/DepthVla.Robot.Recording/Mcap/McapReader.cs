using System.Buffers.Binary;
using System.Collections.Immutable;

namespace DepthVla.Robot.Recording.Mcap;

/// <summary>Reads MCAP files from beginning to end, as far as they are there: one that was cut is read up to the cut.</summary>
public static class McapReader
{
    private const int RecordHead = 9;   // opcode and length

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

        var contents = new Contents();
        var problem = ReadData(file, contents);
        return contents.ToFile(contents.Problem ?? problem);
    }

    // What keeps the file from being whole, or null.
    private static string? ReadData(ReadOnlyMemory<byte> file, Contents contents)
    {
        for (var at = McapWriter.Magic.Length; at < file.Length;)
        {
            if (!TryRecord(file[at..], out var opcode, out var content)) return Cut(file, at, opcode, content, contents);
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

            at += RecordHead + content.Length;
        }

        return CutAt(file.Length);
    }

    // False where it does not end within the data; then the content is what there is of it.
    private static bool TryRecord(ReadOnlyMemory<byte> data, out Opcode opcode, out ReadOnlyMemory<byte> content)
    {
        (opcode, content) = (data.IsEmpty ? default : (Opcode)data.Span[0], default);
        if (data.Length < RecordHead) return false;
        var length = BinaryPrimitives.ReadUInt64LittleEndian(data.Span[1..]);
        content = data[RecordHead..];
        if (length > (ulong)content.Length) return false;
        content = content[..(int)length];
        return true;
    }

    // A chunk has its checksum over all of it, so what is there of one that was cut cannot be checked; it is read all the same.
    private static string Cut(ReadOnlyMemory<byte> file, int at, Opcode opcode, ReadOnlyMemory<byte> content, Contents contents)
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

    private static void ReadChunk(ReadOnlyMemory<byte> content, int at, Contents contents)
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
        return file.Span.EndsWith(McapWriter.Magic) && file.Length > at + content.Length + RecordHead ? null : CutAt(at);
    }

    private sealed class CompressedException(string compression)
        : McapException($"Chunk.compression: expected none, got '{compression}'; rewrite the file: mcap compress --compression none FILE -o PLAIN");

    /// <summary>What was read so far.</summary>
    private sealed class Contents
    {
        private readonly Dictionary<ushort, McapSchema> _schemas = [];
        private readonly Dictionary<ushort, McapChannel> _channels = [];
        private readonly ImmutableArray<McapMessage>.Builder _messages = ImmutableArray.CreateBuilder<McapMessage>();
        private readonly ImmutableArray<McapMetadata>.Builder _metadata = ImmutableArray.CreateBuilder<McapMetadata>();
        private string _profile = "", _library = "";

        public bool HasHeader { get; private set; }

        public string? Problem { get; set; }

        public McapFile ToFile(string? problem) => new()
        {
            Profile = _profile, Library = _library, Metadata = _metadata.ToImmutable(), Messages = _messages.ToImmutable(), Problem = problem,
        };

        /// <summary>Adds a chunk's records. False when the last of them is cut.</summary>
        public bool AddAll(ReadOnlyMemory<byte> records)
        {
            while (!records.IsEmpty)
            {
                if (!TryRecord(records, out var opcode, out var content)) return false;
                Add(opcode, content);
                records = records[(RecordHead + content.Length)..];
            }

            return true;
        }

        public void Add(Opcode opcode, ReadOnlyMemory<byte> content)
        {
            var fields = new FieldReader(content, opcode);
            switch (opcode)
            {
                case Opcode.Header:
                    (_profile, _library, HasHeader) = (fields.Text("profile"), fields.Text("library"), true);
                    break;
                case Opcode.Schema:
                    _schemas.TryAdd(fields.U16("id"), new(fields.Text("name"), fields.Text("encoding"), fields.Bytes("data")));
                    break;
                case Opcode.Channel:
                    var (id, schema) = (fields.U16("id"), fields.U16("schema_id"));
                    var known = schema == 0 ? null : _schemas.GetValueOrDefault(schema) ?? throw new McapException($"Channel.schema_id: expected a schema that came before, got {schema}");
                    _channels.TryAdd(id, new(fields.Text("topic"), fields.Text("message_encoding"), known, fields.Map("metadata")));
                    break;
                case Opcode.Message:
                    var number = fields.U16("channel_id");
                    var channel = _channels.GetValueOrDefault(number) ?? throw new McapException($"Message.channel_id: expected a channel that came before, got {number}");
                    _messages.Add(new(channel, fields.U32("sequence"), fields.U64("log_time"), fields.U64("publish_time"), fields.Rest));
                    break;
                case Opcode.Metadata:
                    _metadata.Add(new(fields.Text("name"), fields.Map("metadata")));
                    break;
                default:
                    break; // indexes, attachments, what later versions add: not needed to read from beginning to end
            }
        }
    }
}
