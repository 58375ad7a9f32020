using System.Collections;
using System.Text.Json;

namespace DepthVla.Robot.Settings;

/// <summary>A value as it was written, and where.</summary>
/// <param name="Value">The text.</param>
/// <param name="Origin">For people: a file, an environment variable, a switch.</param>
public sealed record Setting(string Value, string Origin)
{
    /// <summary>Everything that was said there, where it was said more than once; the last is <see cref="Value"/>.</summary>
    public IReadOnlyList<string> All { get; init; } = [Value];
}

/// <summary>What was written in <c>appsettings.json</c>, the environment and the command line; later ones win. Names ignore case, hyphens and underscores.</summary>
public sealed class SettingSources
{
    private const string Section = "DepthVla";
    private const string EnvironmentPrefix = "DEPTHVLA__";

    private readonly Dictionary<string, Setting> _byName = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<SettingProblem> _problems = [];

    /// <summary>Everything that was written, by name.</summary>
    public IEnumerable<KeyValuePair<string, Setting>> All => _byName;

    /// <summary>What could not be read at all.</summary>
    public IReadOnlyList<SettingProblem> Problems => _problems;

    /// <summary>What was written for one option, or null.</summary>
    public Setting? this[string name] => _byName.GetValueOrDefault(name);

    /// <summary>The section "DepthVla" of a JSON file, if there is one.</summary>
    public void AddFile(string path)
    {
        if (!File.Exists(path)) return;
        try
        {
            using var file = JsonDocument.Parse(File.ReadAllText(path), new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            if (file.RootElement.ValueKind != JsonValueKind.Object || !file.RootElement.TryGetProperty(Section, out var section)) return;
            foreach (var property in section.EnumerateObject()) Set(property.Name, property.Value.ToString(), path);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            _problems.Add(new(path, $"JSON with an object \"{Section}\"", e.Message, "correct the file, or remove it for the defaults"));
        }
    }

    /// <summary>Variables that begin with <c>DEPTHVLA__</c>.</summary>
    public void AddEnvironment(IDictionary environment)
    {
        foreach (DictionaryEntry variable in environment)
        {
            var name = (string)variable.Key;
            if (name.StartsWith(EnvironmentPrefix, StringComparison.OrdinalIgnoreCase)) Set(name[EnvironmentPrefix.Length..], (string?)variable.Value ?? "", name);
        }
    }

    /// <summary><c>--name value</c>, <c>--name=value</c>, or <c>--name</c> alone for true.</summary>
    public void AddCommandLine(ReadOnlySpan<string> arguments)
    {
        for (var i = 0; i < arguments.Length; i++)
        {
            var argument = arguments[i];
            if (!argument.StartsWith("--", StringComparison.Ordinal) || argument.Length == 2)
            {
                _problems.Add(new("command line", "--name value", argument, "see --help"));
                continue;
            }

            var equals = argument.IndexOf('=', StringComparison.Ordinal);
            if (equals >= 0) Set(argument[2..equals], argument[(equals + 1)..], argument[..equals]);
            else if (i + 1 < arguments.Length && !arguments[i + 1].StartsWith("--", StringComparison.Ordinal)) Set(argument[2..], arguments[++i], argument);
            else Set(argument[2..], "true", argument);
        }
    }

    private void Set(string name, string value, string origin)
    {
        var key = string.Concat(name.Where(c => c is not ('-' or '_')));
        _byName[key] = new(value, origin) { All = this[key] is { } before && before.Origin == origin ? [.. before.All, value] : [value] };
    }
}
