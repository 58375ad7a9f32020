namespace DepthVla.Robot.Recording.Mcap;

/// <summary>What a file says of itself at its end: schemas, channels, statistics, where metadata and chunks are, and where each of these groups is.</summary>
internal sealed class SummaryBuilder
{
    private readonly RecordBuffer _schemas = new(), _channels = new(), _metadata = new(), _chunks = new(), _all = new();
    private readonly SortedDictionary<ushort, ulong> _counts = [];
    private int _lastSchema, _lastChannel;
    private ushort _schemaCount, _channelCount;
    private uint _metadataCount, _chunkCount;
    private ulong _messageCount, _startNs, _endNs;

    /// <summary>The record of the schema that was added last; of the channel.</summary>
    public ReadOnlySpan<byte> LastSchema => _schemas.Written[_lastSchema..];

    public ReadOnlySpan<byte> LastChannel => _channels.Written[_lastChannel..];

    /// <summary>Once it is built.</summary>
    public ReadOnlySpan<byte> Written => _all.Written;

    public ushort AddSchema(McapSchema schema)
    {
        _lastSchema = _schemas.Length;
        var begun = _schemas.Begin(Opcode.Schema);
        _schemas.U16(++_schemaCount).Text(schema.Name).Text(schema.Encoding).Bytes(schema.Data.Span).End(begun);
        return _schemaCount;
    }

    public ushort AddChannel(string topic, string messageEncoding, ushort schema, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        _lastChannel = _channels.Length;
        var begun = _channels.Begin(Opcode.Channel);
        _channels.U16(++_channelCount).U16(schema).Text(topic).Text(messageEncoding).Map(metadata).End(begun);
        return _channelCount;
    }

    public void Count(ushort channel, ulong logTimeNs)
    {
        (_startNs, _endNs) = _messageCount++ == 0 ? (logTimeNs, logTimeNs) : (Math.Min(_startNs, logTimeNs), Math.Max(_endNs, logTimeNs));
        _counts[channel] = _counts.GetValueOrDefault(channel) + 1;
    }

    public void AddMetadata(string name, ulong offset, ulong length)
    {
        _metadataCount++;
        var begun = _metadata.Begin(Opcode.MetadataIndex);
        _metadata.U64(offset).U64(length).Text(name).End(begun);
    }

    public void AddChunk(ChunkBuilder chunk, ulong offset, ulong length, IEnumerable<(ushort Channel, ulong Offset)> indexes, ulong indexLength)
    {
        _chunkCount++;
        var bytes = (ulong)chunk.Records.Length;
        var begun = _chunks.Begin(Opcode.ChunkIndex);
        _chunks.U64(chunk.Times.StartNs).U64(chunk.Times.EndNs).U64(offset).U64(length)
            .Each(indexes, static (buffer, index) => buffer.U16(index.Channel).U64(index.Offset)).U64(indexLength).Text("").U64(bytes).U64(bytes).End(begun);
    }

    /// <summary>Builds it, footer and all, to lie at <paramref name="position"/> of the file.</summary>
    public void Build(ulong position)
    {
        var groups = new List<(Opcode Opcode, ulong Start, ulong Length)>();
        Append(Opcode.Schema, _schemas);
        Append(Opcode.Channel, _channels);
        Append(Opcode.Statistics, Statistics());
        Append(Opcode.MetadataIndex, _metadata);
        Append(Opcode.ChunkIndex, _chunks);
        var offsets = position + (ulong)_all.Length;
        foreach (var (opcode, start, length) in groups)
        {
            var begun = _all.Begin(Opcode.SummaryOffset);
            _all.U8((byte)opcode).U64(start).U64(length).End(begun);
        }

        var footer = _all.Begin(Opcode.Footer);
        _all.U64(position).U64(offsets).U32(0).End(footer);
        _all.ReplaceLast(Crc32.Of(_all.Written[..^4]));   // of the whole summary, up to the checksum itself

        void Append(Opcode opcode, RecordBuffer group)
        {
            if (group.Length == 0) return;
            groups.Add((opcode, position + (ulong)_all.Length, (ulong)group.Length));
            _all.Raw(group.Written);
        }
    }

    private RecordBuffer Statistics()
    {
        var record = new RecordBuffer();
        var begun = record.Begin(Opcode.Statistics);
        record.U64(_messageCount).U16(_schemaCount).U32(_channelCount).U32(0).U32(_metadataCount).U32(_chunkCount).U64(_startNs).U64(_endNs)
            .Each(_counts, static (buffer, count) => buffer.U16(count.Key).U64(count.Value)).End(begun);
        return record;
    }
}
