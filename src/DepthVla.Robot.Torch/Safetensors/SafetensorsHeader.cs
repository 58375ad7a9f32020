using System.Buffers.Binary;
using System.Text.Json;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Torch.Safetensors;

/// <summary>One tensor's place in a file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="DType">Its element type.</param>
/// <param name="Shape">Its sizes; empty for a scalar.</param>
/// <param name="Begin">First byte, counted from the end of the header.</param>
/// <param name="Length">Bytes.</param>
public sealed record TensorEntry(string Name, DType DType, IReadOnlyList<long> Shape, long Begin, long Length)
{
    /// <summary>How many elements it has.</summary>
    public long Count => Shape.Aggregate(1L, (count, size) => count * size);

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {DType.Name()}[{string.Join(", ", Shape)}]";
}

/// <summary>The table at the front of a safetensors file: 8 bytes of length, then JSON, then the tensors' bytes, gapless.</summary>
/// <remarks>
/// Parsing is strict, as in the format's reference implementation: a header that lies about any byte is refused, because a wrong
/// weight moves an arm wrongly.
/// </remarks>
public sealed class SafetensorsHeader
{
    /// <summary>The longest header that is read, bytes; the reference implementation's limit.</summary>
    public const int MaxHeaderBytes = 100_000_000;

    private SafetensorsHeader(IReadOnlyList<TensorEntry> entries, IReadOnlyDictionary<string, string> metadata, long dataStart) =>
        (Entries, Metadata, DataStart) = (entries, metadata, dataStart);

    /// <summary>The tensors, in the order of their bytes.</summary>
    public IReadOnlyList<TensorEntry> Entries { get; }

    /// <summary>The free-form "__metadata__".</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Where in the file the first tensor's bytes begin.</summary>
    public long DataStart { get; }

    /// <summary>Reads and checks the header at the start of <paramref name="stream"/>.</summary>
    /// <exception cref="SafetensorsException">It is not a safetensors file, or its header contradicts its length or itself.</exception>
    public static SafetensorsHeader Read(Stream stream)
    {
        Span<byte> prefix = stackalloc byte[8];
        if (stream.ReadAtLeast(prefix, 8, throwOnEndOfStream: false) < 8) throw new SafetensorsException("shorter than the 8 bytes that tell the header's length");
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > MaxHeaderBytes) throw new SafetensorsException($"header of {length} bytes; more than {MaxHeaderBytes} is not a safetensors file");
        var header = new byte[length];
        if ((long)length > stream.Length - 8 || stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length)
        {
            throw new SafetensorsException($"header of {length} bytes announced, but the file has only {stream.Length} bytes");
        }

        return Parse(header, stream.Length - 8 - (long)length);
    }

    /// <summary>Reads and checks a header's JSON against the number of bytes that follow it.</summary>
    /// <exception cref="SafetensorsException">See <see cref="Read"/>.</exception>
    public static SafetensorsHeader Parse(ReadOnlyMemory<byte> json, long dataLength)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw new SafetensorsException("the header is not a JSON object");
            var entries = new List<TensorEntry>();
            var metadata = new Dictionary<string, string>();
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (property.Name == "__metadata__") ReadMetadata(property.Value, metadata);
                else entries.Add(ReadEntry(property.Name, property.Value));
            }

            entries.Sort((a, b) => a.Begin != b.Begin ? a.Begin.CompareTo(b.Begin) : a.Length.CompareTo(b.Length));
            RequireGapless(entries, dataLength);
            return new SafetensorsHeader(entries, metadata, 8 + json.Length);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new SafetensorsException($"the header is not valid JSON: {e.Message}", e);
        }
    }

    private static void ReadMetadata(JsonElement element, Dictionary<string, string> metadata)
    {
        if (element.ValueKind != JsonValueKind.Object) throw new SafetensorsException("__metadata__ is not an object");
        foreach (var property in element.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.String) throw new SafetensorsException($"__metadata__.{property.Name} is not a string");
            metadata[property.Name] = property.Value.GetString()!;
        }
    }

    private static TensorEntry ReadEntry(string name, JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object) throw new SafetensorsException($"tensor '{name}': expected an object");
        if (!element.TryGetProperty("dtype", out var type) || type.ValueKind != JsonValueKind.String || !DTypes.TryParseDiskName(type.GetString()!, out var dtype))
        {
            throw new SafetensorsException($"tensor '{name}': dtype is missing or not one this program reads");
        }

        var shape = ReadNumbers(name, element, "shape");
        var offsets = ReadNumbers(name, element, "data_offsets");
        if (offsets.Length != 2 || offsets[1] < offsets[0]) throw new SafetensorsException($"tensor '{name}': data_offsets are not [begin, end]");

        var bytes = (Int128)dtype.Size();
        foreach (var size in shape) if ((bytes *= size) > long.MaxValue) break;
        if (bytes != offsets[1] - offsets[0])
        {
            throw new SafetensorsException(
                $"tensor '{name}': {dtype.DiskName()} [{string.Join(", ", shape)}] does not fill the {offsets[1] - offsets[0]} bytes of its data_offsets");
        }

        return new TensorEntry(name, dtype, shape, offsets[0], offsets[1] - offsets[0]);
    }

    private static long[] ReadNumbers(string name, JsonElement element, string field)
    {
        if (!element.TryGetProperty(field, out var array) || array.ValueKind != JsonValueKind.Array)
        {
            throw new SafetensorsException($"tensor '{name}': {field} is missing or not a list");
        }

        var numbers = new long[array.GetArrayLength()];
        var i = 0;
        foreach (var item in array.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt64(out numbers[i]) || numbers[i] < 0)
            {
                throw new SafetensorsException($"tensor '{name}': {field} holds something that is not a whole number from 0");
            }

            i++;
        }

        return numbers;
    }

    private static void RequireGapless(List<TensorEntry> entries, long dataLength)
    {
        var end = 0L;
        foreach (var entry in entries)
        {
            if (entry.Begin < end) throw new SafetensorsException($"tensor '{entry.Name}' overlaps the one before it (begins at {entry.Begin}, expected {end})");
            if (entry.Begin > end) throw new SafetensorsException($"a gap before tensor '{entry.Name}' (begins at {entry.Begin}, expected {end})");
            end = entry.Begin + entry.Length;
        }

        if (end > dataLength) throw new SafetensorsException($"the file is short: its tensors need {end} bytes after the header, {dataLength} are there");
        if (end < dataLength) throw new SafetensorsException($"the file is too long: its tensors need {end} bytes after the header, {dataLength} are there");
    }
}
