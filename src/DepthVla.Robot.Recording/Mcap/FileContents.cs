using System.Collections.Immutable;

namespace DepthVla.Robot.Recording.Mcap;

/// <summary>What was read of a file so far.</summary>
internal sealed class FileContents
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
            if (!RecordFrame.TryRead(records, out var opcode, out var content)) return false;
            Add(opcode, content);
            records = records[(RecordFrame.HeadBytes + content.Length)..];
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
