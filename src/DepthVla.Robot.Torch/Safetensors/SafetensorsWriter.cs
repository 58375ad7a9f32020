using System.Buffers.Binary;
using System.Text.Json;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Torch.Safetensors;

/// <summary>One tensor to be written: its bytes are asked for when its turn comes, so that no checkpoint need fit in memory.</summary>
/// <param name="Name">Its name.</param>
/// <param name="DType">Its element type.</param>
/// <param name="Shape">Its sizes.</param>
/// <param name="WriteTo">Writes exactly its bytes, row-major, little endian.</param>
public sealed record TensorSource(string Name, DType DType, IReadOnlyList<long> Shape, Action<Stream> WriteTo)
{
    internal long Length => Shape.Aggregate((long)DType.Size(), (bytes, size) => checked(bytes * size));
}

/// <summary>Writes safetensors files, tensor by tensor.</summary>
public static class SafetensorsWriter
{
    /// <summary>Writes <paramref name="tensors"/> in the order given; the file appears under its name only when it is whole.</summary>
    /// <exception cref="InvalidOperationException">A source wrote another number of bytes than its shape holds.</exception>
    public static void Write(string path, IReadOnlyList<TensorSource> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var partial = path + ".partial";
        using (var stream = new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20))
        {
            var header = Header(tensors, metadata);
            Span<byte> length = stackalloc byte[8];
            BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
            stream.Write(length);
            stream.Write(header);
            foreach (var tensor in tensors)
            {
                var start = stream.Position;
                tensor.WriteTo(stream);
                if (stream.Position - start != tensor.Length)
                {
                    throw new InvalidOperationException($"tensor '{tensor.Name}' wrote {stream.Position - start} bytes, its shape holds {tensor.Length}");
                }
            }

            stream.Flush(flushToDisk: true);
        }

        File.Move(partial, path, overwrite: true);
    }

    private static byte[] Header(IReadOnlyList<TensorSource> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (metadata is not null)
            {
                json.WriteStartObject("__metadata__");
                foreach (var (key, value) in metadata.OrderBy(m => m.Key, StringComparer.Ordinal)) json.WriteString(key, value);
                json.WriteEndObject();
            }

            var offset = 0L;
            foreach (var tensor in tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", tensor.DType.DiskName());
                json.WriteStartArray("shape");
                foreach (var size in tensor.Shape) json.WriteNumberValue(size);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += tensor.Length);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        while ((8 + buffer.Length) % 64 != 0) buffer.WriteByte((byte)' '); // tensors begin on a cache line
        return buffer.ToArray();
    }
}
