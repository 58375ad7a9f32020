using System.Collections.Immutable;
using System.Text.Json;
using DepthVla.Robot.Settings;

namespace DepthVla.Robot.OpenPi.Mapping;

/// <summary>A JSON file (comments and trailing commas are allowed) read field by field: every problem is collected, and names its field.</summary>
internal sealed class MappingFile : IDisposable
{
    private readonly string _path;
    private readonly ICollection<SettingProblem> _problems;
    private readonly JsonDocument? _json;

    private MappingFile(string path, ICollection<SettingProblem> problems, JsonDocument? json) => (_path, _problems, _json) = (path, problems, json);

    /// <param name="path">Where it is.</param>
    /// <param name="fields">The names that it may have, with commas between.</param>
    /// <param name="problems">Gets everything that is wrong.</param>
    public static MappingFile Open(string path, string fields, ICollection<SettingProblem> problems)
    {
        try
        {
            var file = new MappingFile(path, problems, JsonDocument.Parse(File.ReadAllText(path), new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true }));
            file.CheckNames(fields);
            return file;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            problems.Add(new(path, "JSON", e.Message, "correct the file"));
            return new(path, problems, null);
        }
    }

    /// <summary>A field, or null where there is none.</summary>
    public JsonElement? Field(string name) =>
        _json?.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty(name, out var value) ? value : null;

    /// <summary>A list of texts, at least one; required.</summary>
    public ImmutableArray<string> Texts(string name)
    {
        if (Field(name) is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0 && list.EnumerateArray().All(IsKey)) return [.. list.EnumerateArray().Select(key => key.GetString()!)];
        Refuse(name, "a list of keys", "write [\"key\", …]");
        return [];
    }

    /// <summary>A text that is not empty.</summary>
    public string Text(string name, string fallback)
    {
        if (Field(name) is not { } value) return fallback;
        if (IsKey(value)) return value.GetString()!;
        Refuse(name, "a key", "write \"key\"");
        return fallback;
    }

    /// <summary>A number within a range; required where there is no <paramref name="fallback"/>.</summary>
    public double Number(string name, double least, double most, double? fallback)
    {
        if (Field(name) is null && fallback is { } otherwise) return otherwise;
        if (Field(name) is { ValueKind: JsonValueKind.Number } value && value.GetDouble() is var number && number >= least && number <= most) return number;
        Refuse(name, $"a number from {least} to {most}", "correct it");
        return fallback ?? least;
    }

    /// <summary>Notes that a field cannot be used.</summary>
    public void Refuse(string name, string expected, string remedy)
    {
        if (_json is not null) _problems.Add(new($"{_path}: {name}", expected, Field(name)?.ToString() ?? "nothing", remedy));
    }

    public void Dispose() => _json?.Dispose();

    private static bool IsKey(JsonElement value) => value.ValueKind == JsonValueKind.String && value.GetString()!.Length > 0;

    private void CheckNames(string fields)
    {
        if (_json!.RootElement.ValueKind != JsonValueKind.Object)
        {
            _problems.Add(new(_path, $"an object with {fields}", $"{_json.RootElement.ValueKind}", "see the documentation"));
            return;
        }

        foreach (var property in _json.RootElement.EnumerateObject().Where(property => !fields.Split(", ").Contains(property.Name)))
            _problems.Add(new($"{_path}: {property.Name}", fields, property.Name, "correct the name"));
    }
}
