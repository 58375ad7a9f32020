namespace DepthVla.Robot.Recording.Mcap;

/// <summary>Writes an MCAP file: chunks with checksums and indexes, no compression, and a summary at the end. Not thread-safe.</summary>
/// <remarks>
/// Pictures are compressed already, and a file without compression can be read up to where it was cut. What was begun and not finished is such a file.
/// </remarks>
public sealed class McapWriter
{
    /// <summary>What a file begins and ends with.</summary>
    internal static ReadOnlySpan<byte> Magic => [0x89, (byte)'M', (byte)'C', (byte)'A', (byte)'P', (byte)'0', (byte)'\r', (byte)'\n'];

    private readonly Stream _stream;
    private readonly int _chunkBytes;
    private readonly RecordBuffer _record = new();
    private readonly ChunkBuilder _chunk = new();
    private readonly SummaryBuilder _summary = new();
    private Crc32 _crc = new();
    private ulong _position;

    /// <param name="stream">Written from where it stands, which counts as the file's beginning; stays the caller's.</param>
    /// <param name="profile">What the file promises of its contents; may be empty.</param>
    /// <param name="library">Who writes it; may be empty.</param>
    /// <param name="chunkBytes">How large a chunk grows before it is written.</param>
    /// <exception cref="IOException">The stream cannot be written; so for every member.</exception>
    public McapWriter(Stream stream, string profile, string library, int chunkBytes = 1 << 20)
    {
        (_stream, _chunkBytes) = (stream, chunkBytes);
        Emit(Magic);
        var header = _record.Begin(Opcode.Header);
        _record.Text(profile).Text(library).End(header);
        EmitRecord();
    }

    /// <summary>Adds what messages can mean. Its number in the file.</summary>
    public ushort AddSchema(McapSchema schema)
    {
        var id = _summary.AddSchema(schema);
        _chunk.Records.Raw(_summary.LastSchema);
        return id;
    }

    /// <summary>Adds a stream of messages. Its number in the file.</summary>
    /// <param name="topic">Its name.</param>
    /// <param name="messageEncoding">Such as "protobuf".</param>
    /// <param name="schema">From <see cref="AddSchema"/>; 0 for none.</param>
    /// <param name="metadata">Whatever else there is to say.</param>
    public ushort AddChannel(string topic, string messageEncoding, ushort schema, IEnumerable<KeyValuePair<string, string>>? metadata = null)
    {
        var id = _summary.AddChannel(topic, messageEncoding, schema, metadata ?? []);
        _chunk.Records.Raw(_summary.LastChannel);
        return id;
    }

    /// <summary>Adds a message.</summary>
    /// <param name="channel">From <see cref="AddChannel"/>.</param>
    /// <param name="sequence">Any number.</param>
    /// <param name="logTimeNs">When it was recorded, ns since the file's epoch.</param>
    /// <param name="publishTimeNs">When it was made.</param>
    /// <param name="data">In the channel's encoding.</param>
    public void Write(ushort channel, uint sequence, ulong logTimeNs, ulong publishTimeNs, ReadOnlySpan<byte> data)
    {
        _chunk.Add(channel, sequence, logTimeNs, publishTimeNs, data);
        _summary.Count(channel, logTimeNs);
        if (_chunk.Records.Length >= _chunkBytes) FlushChunk();
    }

    /// <summary>Adds names and values about the file; before the messages that are not yet in a written chunk.</summary>
    public void Write(string name, IEnumerable<KeyValuePair<string, string>> values)
    {
        var begun = _record.Begin(Opcode.Metadata);
        _record.Text(name).Map(values).End(begun);
        _summary.AddMetadata(name, _position, (ulong)_record.Length);
        EmitRecord();
    }

    /// <summary>Writes what is left, and the summary. Nothing may be added after.</summary>
    public void Finish()
    {
        FlushChunk();
        var begun = _record.Begin(Opcode.DataEnd);
        _record.U32(_crc.Value).End(begun);
        EmitRecord();
        _summary.Build(_position);
        Emit(_summary.Written);
        Emit(Magic);
        _stream.Flush();
    }

    private void FlushChunk()
    {
        if (_chunk.Records.Length == 0) return;
        var (start, length) = (_position, _chunk.Build(_record));
        EmitRecord();
        var indexes = _position;
        var offsets = _chunk.BuildIndexes(_record, indexes);
        EmitRecord();
        _summary.AddChunk(_chunk, start, length, offsets, _position - indexes);
        _chunk.Clear();
    }

    private void EmitRecord()
    {
        Emit(_record.Written);
        _record.Clear();
    }

    private void Emit(ReadOnlySpan<byte> bytes)
    {
        _stream.Write(bytes);
        _crc.Add(bytes);
        _position += (ulong)bytes.Length;
    }
}
