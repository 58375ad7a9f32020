using System.Buffers;
using MessagePack;

namespace DepthVla.Robot.OpenPi.Messages;

/// <summary>Writes openpi's messages, as its Python writes them. A key with a dot, such as <c>images.cam_high</c>, goes into a dictionary of its own. Thread-safe.</summary>
public static class MessageWriter
{
    /// <summary>Appends a message.</summary>
    /// <param name="output">Gets the bytes.</param>
    /// <param name="values">Strings, bools, whole numbers, doubles, <see cref="NdArray"/>s and lists of them.</param>
    /// <exception cref="ArgumentException">A value is something else.</exception>
    public static void Write(IBufferWriter<byte> output, IReadOnlyDictionary<string, object> values)
    {
        var writer = new MessagePackWriter(output);
        WriteMap(ref writer, [.. values]);
        writer.Flush();
    }

    private static void WriteMap(ref MessagePackWriter writer, KeyValuePair<string, object>[] values)
    {
        var groups = values.GroupBy(value => value.Key.Split('.', 2)[0]).ToArray();
        writer.WriteMapHeader(groups.Length);
        foreach (var group in groups)
        {
            writer.Write(group.Key);
            if (group.First() is var (key, value) && key == group.Key) WriteValue(ref writer, value);
            else WriteMap(ref writer, [.. group.Select(inner => new KeyValuePair<string, object>(inner.Key[(group.Key.Length + 1)..], inner.Value))]);
        }
    }

    private static void WriteValue(ref MessagePackWriter writer, object value)
    {
        switch (value)
        {
            case string text: writer.Write(text); break;
            case bool flag: writer.Write(flag); break;
            case int number: writer.Write(number); break;
            case long number: writer.Write(number); break;
            case ulong number: writer.Write(number); break;
            case double number: writer.Write(number); break;
            case NdArray array: WriteArray(ref writer, array); break;
            case IReadOnlyCollection<object> list:
                writer.WriteArrayHeader(list.Count);
                foreach (var item in list) WriteValue(ref writer, item);
                break;
            default: throw new ArgumentException($"A message holds no {value.GetType().Name}.", nameof(value));
        }
    }

    private static void WriteArray(ref MessagePackWriter writer, NdArray array)
    {
        writer.WriteMapHeader(4);
        writer.Write("__ndarray__"u8);
        writer.Write(true);
        writer.Write("data"u8);
        writer.Write(array.Data.Span);
        writer.Write("dtype"u8);
        writer.Write(array.DType);
        writer.Write("shape"u8);
        writer.WriteArrayHeader(array.Shape.Length);
        foreach (var side in array.Shape) writer.Write(side);
    }
}
