using System.Text;
using DepthVla.Robot.Recording.Mcap;

namespace DepthVla.Robot.Recording.Tests.Mcap;

/// <summary>
/// The files by which the format's implementations are compared, made anew from their names: what is in them, then the features used, such as
/// "OneMessage-ch-mx-pad". Shares nothing with the writer; the published checksums say whether it is right.
/// </summary>
internal sealed class ConformanceFile
{
    private readonly List<byte> _file = [];
    private readonly string[] _features;
    private readonly string _input;

    private ConformanceFile(string name) => (_input, _features) = (name.Split('-')[0], name.Split('-')[1..]);

    internal static byte[] Make(string name) => new ConformanceFile(name).Make();

    internal static IEnumerable<(uint Sequence, ulong LogTime, ulong PublishTime)> Messages(string input) => input switch
    {
        "OneMessage" or "OneSchemalessMessage" => [(10, 2, 1)],
        "TenMessages" => ((ulong[])[0, 2, 1, 3, 3, 5, 4, 7, 8, 9]).Select((time, i) => ((uint)i, time, time)),
        _ => [],
    };

    private bool Has(string feature) => _features.Contains(feature);

    private byte[] Make()
    {
        _file.AddRange(McapWriter.Magic);
        Put(Record(0x01, Text(""), Text("")));
        var (schema, channel) = (Schema(), Channel());
        var messages = Messages(_input).Select(m => Record(0x05, U16(1), U32(m.Sequence), U64(m.LogTime), U64(m.PublishTime), [1, 2, 3])).ToArray();
        var placed = U64((ulong)_file.Count);
        byte[] attachment = [.. U64(2), .. U64(1), .. Text("myFile"), .. Text("application/octet-stream"), .. U64(3), 1, 2, 3];
        if (_input == "OneAttachment") Put(Record(0x09, [.. attachment, .. U32(Crc(attachment))]));
        if (_input == "OneMetadata") Put(Record(0x0C, Text("myMetadata"), Sized([.. Text("foo"), .. Text("bar")])));
        var chunkIndex = Has("ch") ? PutChunk(schema, channel, messages) : [];
        if (!Has("ch")) foreach (var record in (byte[][])[schema, channel, .. messages]) Put(record);
        var dataEnd = _file.Count;
        Put(Plain(0x0F, U32(Crc(_file.ToArray()))));
        var (start, offsets) = ((ulong)_file.Count, new List<byte>());

        Group(0x03, Has("rsh") ? Schema() : []);
        Group(0x04, Has("rch") ? Channel() : []);
        if (Has("st")) Group(0x0B, Statistics(messages.Length));
        if (Has("mdx")) Group(0x0D, Record(0x0D, placed, U64((ulong)dataEnd - BitConverter.ToUInt64(placed)), Text("myMetadata")));
        if (Has("ax")) Group(0x0A, Record(0x0A, placed, U64((ulong)dataEnd - BitConverter.ToUInt64(placed)), U64(2), U64(1), U64(3), Text("myFile"), Text("application/octet-stream")));
        if (Has("chx")) Group(0x08, chunkIndex);
        var (summary, offsetStart) = ((ulong)_file.Count > start ? start : 0, Has("sum") ? (ulong)_file.Count : 0);
        if (Has("sum")) Put([.. offsets]);
        byte[] end = [0x02, .. U64(20), .. U64(summary), .. U64(offsetStart)];
        Put([.. end, .. U32(Crc([.. _file.ToArray()[(int)start..], .. end]))]);
        _file.AddRange(McapWriter.Magic);
        return _file.ToArray();

        void Group(byte opcode, byte[] record)
        {
            if (record.Length == 0) return;
            offsets.AddRange(Record(0x0E, [opcode], U64((ulong)_file.Count), U64((ulong)record.Length)));
            Put(record);
        }
    }

    private byte[] Schema(bool plain = false) => _input is not ("OneMessage" or "TenMessages") ? []
        : Make(plain, 0x03, U16(1), Text("Example"), Text("c"), Sized([4, 5, 6]));

    private byte[] Channel(bool plain = false) => _input switch
    {
        "OneMessage" or "TenMessages" => Make(plain, 0x04, U16(1), U16(1), Text("example"), Text("a"), Sized([.. Text("foo"), .. Text("bar")])),
        "OneSchemalessMessage" => Make(plain, 0x04, U16(1), U16(0), Text("example"), Text("text"), Sized([])),
        _ => [],
    };

    private byte[] Make(bool plain, byte opcode, params byte[][] fields) => plain ? Plain(opcode, fields) : Record(opcode, fields);

    // What is within a chunk, and the chunk itself, is never padded.
    private byte[] PutChunk(byte[] schema, byte[] channel, byte[][] messages)
    {
        var plain = Messages(_input).Select(m => Plain(0x05, U16(1), U32(m.Sequence), U64(m.LogTime), U64(m.PublishTime), [1, 2, 3])).ToArray();
        byte[] head = [.. Schema(plain: true), .. Channel(plain: true)];
        byte[] records = [.. head, .. plain.SelectMany(m => m)];
        var (first, last) = (Messages(_input).Min(m => m.LogTime), Messages(_input).Max(m => m.LogTime));
        var chunkStart = (ulong)_file.Count;
        Put(Plain(0x06, U64(first), U64(last), U64((ulong)records.Length), U32(Crc(records)), Text(""), U64((ulong)records.Length), records));
        var indexStart = (ulong)_file.Count;
        byte[] entries = [.. Messages(_input).SelectMany((m, i) => (byte[])[.. U64(m.LogTime), .. U64((ulong)(head.Length + i * plain[0].Length))])];
        if (Has("mx")) Put(Record(0x07, U16(1), Sized(entries)));
        return Record(
            0x08, U64(first), U64(last), U64(chunkStart), U64(indexStart - chunkStart), Sized(Has("mx") ? [.. U16(1), .. U64(indexStart)] : []),
            U64((ulong)_file.Count - indexStart), Text(""), U64((ulong)records.Length), U64((ulong)records.Length));
    }

    private byte[] Statistics(int messages)
    {
        var times = Messages(_input).Select(m => m.LogTime).DefaultIfEmpty(0ul).ToArray();
        return Record(
            0x0B, U64((ulong)messages), U16((ushort)(Schema().Length > 0 ? 1 : 0)), U32(Channel().Length > 0 ? 1u : 0), U32(_input == "OneAttachment" ? 1u : 0),
            U32(_input == "OneMetadata" ? 1u : 0), U32(Has("ch") ? 1u : 0), U64(times.Min()), U64(times.Max()), Sized(messages > 0 ? [.. U16(1), .. U64((ulong)messages)] : []));
    }

    private byte[] Record(byte opcode, params byte[][] fields) =>
        Plain(opcode, [.. fields, Has("pad") && opcode != 0x05 ? [0x01, 0xFF, 0xFF] : []]);

    private static byte[] Plain(byte opcode, params byte[][] fields) => [opcode, .. U64((ulong)fields.Sum(f => f.Length)), .. fields.SelectMany(f => f)];

    private void Put(byte[] bytes) => _file.AddRange(bytes);

    private static byte[] U16(ushort value) => BitConverter.GetBytes(value);

    private static byte[] U32(uint value) => BitConverter.GetBytes(value);

    private static byte[] U64(ulong value) => BitConverter.GetBytes(value);

    private static byte[] Sized(byte[] bytes) => [.. U32((uint)bytes.Length), .. bytes];

    private static byte[] Text(string text) => Sized(Encoding.UTF8.GetBytes(text));

    /// <summary>Bit by bit.</summary>
    internal static uint Crc(byte[] bytes)
    {
        var crc = ~0u;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ ((crc & 1) == 1 ? 0xEDB88320 : 0);
        }

        return ~crc;
    }
}
