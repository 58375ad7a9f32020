namespace DepthVla.Robot.Recording.Mcap;

/// <summary>A chunk in the making: its records, and where in it each channel's messages are.</summary>
internal sealed class ChunkBuilder
{
    private readonly SortedDictionary<ushort, List<(ulong LogTimeNs, ulong Offset)>> _messages = [];

    public RecordBuffer Records { get; } = new();

    /// <summary>Earliest and latest log time of its messages; 0 without.</summary>
    public (ulong StartNs, ulong EndNs) Times { get; private set; }

    public void Add(ushort channel, uint sequence, ulong logTimeNs, ulong publishTimeNs, ReadOnlySpan<byte> data)
    {
        Times = _messages.Count == 0 ? (logTimeNs, logTimeNs) : (Math.Min(Times.StartNs, logTimeNs), Math.Max(Times.EndNs, logTimeNs));
        if (!_messages.TryGetValue(channel, out var messages)) _messages[channel] = messages = [];
        messages.Add((logTimeNs, (ulong)Records.Length));
        var begun = Records.Begin(Opcode.Message);
        Records.U16(channel).U32(sequence).U64(logTimeNs).U64(publishTimeNs).Raw(data).End(begun);
    }

    /// <summary>Writes the chunk's record. Its length.</summary>
    public ulong Build(RecordBuffer record)
    {
        var begun = record.Begin(Opcode.Chunk);
        record.U64(Times.StartNs).U64(Times.EndNs).U64((ulong)Records.Length).U32(Crc32.Of(Records.Written)).Text("").U64((ulong)Records.Length).Raw(Records.Written).End(begun);
        return (ulong)record.Length;
    }

    /// <summary>Writes the records that follow the chunk's own, one a channel. Where in the file each is, if the first is at <paramref name="position"/>.</summary>
    public List<(ushort Channel, ulong Offset)> BuildIndexes(RecordBuffer record, ulong position)
    {
        var offsets = new List<(ushort, ulong)>(_messages.Count);
        foreach (var (channel, messages) in _messages)
        {
            offsets.Add((channel, position + (ulong)record.Length));
            var begun = record.Begin(Opcode.MessageIndex);
            record.U16(channel).Each(messages, static (buffer, message) => buffer.U64(message.LogTimeNs).U64(message.Offset)).End(begun);
        }

        return offsets;
    }

    public void Clear()
    {
        Records.Clear();
        _messages.Clear();
        Times = default;
    }
}
