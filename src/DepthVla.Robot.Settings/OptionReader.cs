using System.Collections.Immutable;
using System.Globalization;
using System.Net;

namespace DepthVla.Robot.Settings;

/// <summary>What is said of an option by <c>--help</c>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Values">What it may be.</param>
/// <param name="Default">What it is when nothing is said; empty for a required one.</param>
/// <param name="Meaning">What it does.</param>
public sealed record OptionHelp(string Name, string Values, string Default, string Meaning);

/// <summary>Reads settings one typed option at a time and remembers each: every problem is collected, and what was asked for makes the help.</summary>
public sealed class OptionReader(SettingSources settings)
{
    private readonly List<OptionHelp> _known = [];
    private readonly List<SettingProblem> _problems = [.. settings.Problems];
    private readonly HashSet<string> _overlooked = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The options asked for so far.</summary>
    public IReadOnlyList<OptionHelp> Known => _known;

    /// <summary>Everything wrong so far.</summary>
    public IReadOnlyList<SettingProblem> Problems => _problems;

    /// <summary>Whether somebody wrote something for an option, be it its default.</summary>
    public bool IsSet(string name) => settings[name] is not null;

    /// <summary>A whole number within a range.</summary>
    public int Int32(string name, int fallback, int least, int most, string meaning) => Read(
        name, $"{least} to {most}", fallback.ToString(CultureInfo.InvariantCulture), meaning, fallback,
        text => int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most ? value : null);

    /// <summary>A number within a range, in <paramref name="unit"/>; the name alone is <paramref name="alone"/>, where that is something.</summary>
    public double Number(string name, double fallback, double least, double most, string unit, string meaning, double? alone = null) => Read(
        name, string.Create(CultureInfo.InvariantCulture, $"{least} to {most}, {unit}"), fallback.ToString(CultureInfo.InvariantCulture), meaning, fallback,
        text => alone is not null && bool.TryParse(text, out var said) && said ? alone
            : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most ? value : null);

    /// <summary>A duration in seconds within a range.</summary>
    public TimeSpan Seconds(string name, TimeSpan fallback, double least, double most, string meaning) =>
        TimeSpan.FromSeconds(Number(name, fallback.TotalSeconds, least, most, "s", meaning));

    /// <summary>True or false; the name alone is true.</summary>
    public bool Flag(string name, bool fallback, string meaning) => Read(
        name, "true or false", fallback ? "true" : "false", meaning, fallback, text => bool.TryParse(text, out var value) ? value : null);

    /// <summary>One of an enum's names.</summary>
    public T Choice<T>(string name, T fallback, string meaning) where T : struct, Enum => Read(
        name, string.Join(", ", Enum.GetNames<T>()), fallback.ToString(), meaning, fallback,
        text => Enum.TryParse<T>(text, ignoreCase: true, out var value) && Enum.IsDefined(value) ? value : null);

    /// <summary>An IP address.</summary>
    public IPAddress Address(string name, IPAddress fallback, string meaning)
    {
        var address = fallback;
        Read(name, "an IP address", fallback.ToString(), meaning, true, text => IPAddress.TryParse(text, out address) ? true : null);
        return address ?? fallback;
    }

    /// <summary>A text that <paramref name="valid"/> accepts; the name alone is <paramref name="alone"/>, where that is something.</summary>
    public string Text(string name, string fallback, string values, string meaning, Func<string, bool> valid, string? alone = null)
    {
        var value = fallback;
        Read(name, values, fallback, meaning, true, text =>
        {
            if (alone is not null && bool.TryParse(text, out var said) && said) text = alone;
            if (!valid(text)) return null;
            value = text;
            return true;
        });
        return value;
    }

    /// <summary>Several of a kind, with commas between or each said for itself; those that <paramref name="parse"/> takes, in order.</summary>
    public ImmutableArray<T> List<T>(string name, string values, string meaning, Func<string, T?> parse) where T : class
    {
        _known.Add(new(name, values, "", meaning));
        var read = ImmutableArray.CreateBuilder<T>();
        foreach (var text in settings[name]?.All.SelectMany(said => said.Split(',', StringSplitOptions.TrimEntries)) ?? [])
        {
            if (parse(text) is { } value) read.Add(value);
            else Refuse(new(name, values, $"'{text}' (from {settings[name]!.Origin})", meaning));
        }

        return read.ToImmutable();
    }

    /// <summary>Adds a problem that only several options together make.</summary>
    public void Refuse(SettingProblem problem) => _problems.Add(problem);

    /// <summary>Options of another verb: they stand in the same file and environment, and count for nothing here.</summary>
    public void Overlook(IEnumerable<string> names) => _overlooked.UnionWith(names);

    /// <summary>Settings that no option asked for are problems too: most are typing errors. Call it last.</summary>
    public void RefuseOthers()
    {
        foreach (var (name, setting) in settings.All)
        {
            if (_overlooked.Contains(name) || _known.Any(k => k.Name.Equals(name, StringComparison.OrdinalIgnoreCase))) continue;
            var nearest = _known.MinBy(k => Distance(k.Name, name))!;
            Refuse(new(setting.Origin, "an option that exists", name, $"did you mean {nearest.Name}? See --help"));
        }
    }

    /// <summary>"GrpcPort" as "--grpc-port".</summary>
    public static string Switch(string name) =>
        "--" + string.Concat(name.Select((c, i) => char.IsUpper(c) && i > 0 ? $"-{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));

    private T Read<T>(string name, string values, string fallbackText, string meaning, T fallback, Func<string, T?> parse) where T : struct
    {
        _known.Add(new(name, values, fallbackText, meaning));
        if (settings[name] is not { } setting) return fallback;
        if (parse(setting.Value) is { } value) return value;
        Refuse(new(name, values, $"'{setting.Value}' (from {setting.Origin})", $"{meaning}"));
        return fallback;
    }

    /// <summary>Levenshtein's distance, ignoring case.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = diagonal + (char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[b.Length];
    }
}
