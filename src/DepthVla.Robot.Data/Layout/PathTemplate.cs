using System.Globalization;
using System.Text.RegularExpressions;

namespace DepthVla.Robot.Data.Layout;

/// <summary>A path with places for values, such as "data/chunk-{episode_chunk:03d}/episode_{episode_index:06d}.parquet".</summary>
internal static partial class PathTemplate
{
    /// <summary>The path with <paramref name="values"/> in their places.</summary>
    /// <exception cref="DatasetException">A place has no value.</exception>
    public static string Fill(string field, string template, params ReadOnlySpan<(string Name, object Value)> values)
    {
        var known = new Dictionary<string, object>();
        foreach (var (name, value) in values) known[name] = value;
        return Place().Replace(template, match =>
        {
            var name = match.Groups["name"].Value;
            if (!known.TryGetValue(name, out var value))
                throw new DatasetException($"meta/info.json: {field}", $"places named {string.Join(", ", known.Keys)}", $"'{template}'", "correct the path");
            return value is int number && match.Groups["digits"] is { Success: true, Value: var digits }
                ? number.ToString($"D{digits}", CultureInfo.InvariantCulture)
                : Convert.ToString(value, CultureInfo.InvariantCulture)!;
        });
    }

    [GeneratedRegex(@"\{(?<name>\w+)(?::0?(?<digits>\d+)d?)?\}")]
    private static partial Regex Place();
}
