using System.Collections.Immutable;
using System.Text.Json;

namespace DepthVla.Robot.Model.DepthTeacher;

/// <summary>Values of a foreign config.json, whose other keys do not matter; what is missing or of another kind is named.</summary>
internal readonly struct JsonFields(JsonElement json, string path)
{
    internal JsonFields Object(string key) =>
        Value(key) is { ValueKind: JsonValueKind.Object } value ? new(value, $"{path}.{key}") : throw Fault(key, "an object");

    internal bool Has(string key) => Value(key) is not null;

    internal string? Text(string key) => Value(key) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    internal bool? Flag(string key) => Value(key)?.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null };

    internal int Int(string key, int? otherwise = null) => Value(key) is { } value
        ? value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : throw Fault(key, "a whole number")
        : otherwise ?? throw Fault(key, "a whole number");

    internal double Number(string key, double? otherwise = null) => Value(key) is { } value
        ? value.ValueKind == JsonValueKind.Number ? value.GetDouble() : throw Fault(key, "a number")
        : otherwise ?? throw Fault(key, "a number");

    internal ImmutableArray<double> Numbers(string key)
    {
        if (Value(key) is not { ValueKind: JsonValueKind.Array } list) throw Fault(key, "numbers");
        if (list.EnumerateArray().Any(v => v.ValueKind != JsonValueKind.Number)) throw Fault(key, "numbers");
        return [.. list.EnumerateArray().Select(v => v.GetDouble())];
    }

    internal ImmutableArray<int> Ints(string key)
    {
        var numbers = Numbers(key);
        return numbers.All(n => n == Math.Truncate(n) && Math.Abs(n) < int.MaxValue) ? [.. numbers.Select(n => (int)n)] : throw Fault(key, "whole numbers");
    }

    internal FormatException Fault(string key, string expected) => new($"{path}.{key}: expected {expected}, got {Value(key)?.GetRawText() ?? "nothing"}");

    // null counts as left out: Hugging Face writes it so.
    private JsonElement? Value(string key) => json.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
