using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using MessagePack;

namespace DepthVla.Robot.OpenPi.Messages;

/// <summary>Reads openpi's messages: MessagePack with NumPy's arrays and scalars as maps of their bytes, type and shape.</summary>
/// <remarks>Whatever the bytes, reading takes time and memory in proportion to them, and ends with a message or an <see cref="InvalidMessageException"/>. Thread-safe.</remarks>
public static class MessageReader
{
    /// <summary>Values in a message, and how deep one lies; arrays count as one.</summary>
    public const int MaxValues = 4096, MaxDepth = 8;

    private const string All = "message";

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The message in all of <paramref name="bytes"/>. Its arrays are parts of these: they must not change while the message is used.</summary>
    /// <exception cref="InvalidMessageException">There is none in them.</exception>
    public static Message Read(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var reader = new MessagePackReader(bytes);
            if (reader.NextMessagePackType != MessagePackType.Map) throw new InvalidMessageException(All, $"expected a dictionary, got {reader.NextMessagePackType}");
            var left = MaxValues;
            var root = Value(ref reader, depth: 0, ref left, All);
            if (!reader.End) throw new InvalidMessageException(All, $"expected one dictionary, got {bytes.Length - reader.Consumed} bytes behind it");
            if (root is not Dictionary<string, object?> map) throw new InvalidMessageException(All, "expected a dictionary, got an array");
            var flat = new Dictionary<string, object?>();
            Flatten(map, "", flat);
            return new(flat);
        }
        catch (Exception e) when (e is MessagePackSerializationException or EndOfStreamException or OverflowException or DecoderFallbackException
            or ArgumentOutOfRangeException) // the last is the library's word for more than 2 GiB of bytes
        {
            throw new InvalidMessageException(All, "bytes that are no msgpack, or end too early", e);
        }
    }

    private static object? Value(ref MessagePackReader reader, int depth, ref int left, string key)
    {
        if (--left < 0) throw new InvalidMessageException(key, $"expected at most {MaxValues} values in a message; send numbers as NumPy arrays");
        switch (reader.NextMessagePackType)
        {
            case MessagePackType.Nil: reader.ReadNil(); return null;
            case MessagePackType.Boolean: return reader.ReadBoolean();
            case MessagePackType.Float: return reader.ReadDouble();
            case MessagePackType.Integer: 
                if (reader.NextCode != MessagePackCode.UInt64) return reader.ReadInt64();
                var number = reader.ReadUInt64();
                return number <= long.MaxValue ? (long)number : number;
            case MessagePackType.String: return Text(reader.ReadStringSequence());
            case MessagePackType.Binary: return reader.ReadBytes() is { } bytes ? bytes.First : ReadOnlyMemory<byte>.Empty;
            case MessagePackType.Array when depth < MaxDepth:
                var list = new List<object?>();
                for (var i = reader.ReadArrayHeader(); i > 0; i--) list.Add(Value(ref reader, depth + 1, ref left, key));
                return list;
            case MessagePackType.Map when depth < MaxDepth:
                var map = new Dictionary<string, object?>();
                for (var i = reader.ReadMapHeader(); i > 0; i--)
                {
                    var name = Key(ref reader, key);
                    map[name] = Value(ref reader, depth + 1, ref left, name);
                }

                return map.ContainsKey("__ndarray__") ? Array(map, key) : map.ContainsKey("__npgeneric__") ? map.GetValueOrDefault("data") : map;
            case MessagePackType.Array or MessagePackType.Map: throw new InvalidMessageException(key, $"expected at most {MaxDepth} dictionaries or lists within each other");
            case var other: throw new InvalidMessageException(key, $"expected numbers, texts, arrays and dictionaries, got {other}");
        }
    }

    // Python's msgpack writes the keys of arrays as bytes and all others as texts.
    private static string Key(ref MessagePackReader reader, string within) => reader.NextMessagePackType switch
    {
        MessagePackType.String => Text(reader.ReadStringSequence()),
        MessagePackType.Binary => Text(reader.ReadBytes()),
        var other => throw new InvalidMessageException(within, $"expected texts as keys, got {other}"),
    };

    private static string Text(ReadOnlySequence<byte>? bytes) => bytes is { } some ? Utf8.GetString(some.FirstSpan) : "";

    private static NdArray Array(Dictionary<string, object?> map, string key)
    {
        var dtype = map.GetValueOrDefault("dtype") switch
        {
            string text => text,
            ReadOnlyMemory<byte> bytes => Utf8.GetString(bytes.Span),
            _ => "",
        };
        if (NdArray.ItemBytes(dtype) is var itemBytes && itemBytes == 0) throw new InvalidMessageException(key, $"expected an array of integers, floats or bools, little-endian, got dtype '{dtype}'");
        if (map.GetValueOrDefault("data") is not ReadOnlyMemory<byte> data) throw new InvalidMessageException(key, "expected the array's bytes under 'data'");
        if (map.GetValueOrDefault("shape") is not List<object?> shape || shape.Count > NdArray.MaxDimensions || !shape.All(side => side is long and >= 0 and <= int.MaxValue))
        {
            throw new InvalidMessageException(key, $"expected at most {NdArray.MaxDimensions} whole numbers under 'shape'");
        }

        ImmutableArray<int> sides = [.. shape.Select(side => (int)(long)side!)];
        var bytesExpected = sides.Aggregate((decimal)itemBytes, (product, side) => Math.Min(product * side, int.MaxValue + 1m)); // capped: it cannot overflow
        if (bytesExpected != data.Length) throw new InvalidMessageException(key, $"expected as many bytes as {dtype} [{string.Join(", ", sides)}] has, got {data.Length}");
        return new(dtype, sides, data);
    }

    private static void Flatten(Dictionary<string, object?> map, string prefix, Dictionary<string, object?> flat)
    {
        foreach (var (name, value) in map)
        {
            if (value is Dictionary<string, object?> within) Flatten(within, $"{prefix}{name}.", flat);
            else flat[prefix + name] = value;
        }
    }
}
