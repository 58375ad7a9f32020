using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DepthVla.Robot.Data.Layout;

/// <summary>A file of one JSON object a line. A line that its writer could not end does not count.</summary>
internal static class JsonLines
{
    // Instructions are for people: leave their letters as they are.
    public static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Adds a line in one write.</summary>
    public static void Append(string file, JsonObject value)
    {
        using var stream = new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        stream.Write(Encoding.UTF8.GetBytes(value.ToJsonString(Plain) + "\n"));
    }

    /// <summary>Every whole line; none where there is no such file.</summary>
    /// <exception cref="DatasetException">A line is not a JSON object.</exception>
    public static IEnumerable<JsonObject> Read(string folder, string file)
    {
        var path = Path.Combine(folder, file);
        if (!File.Exists(path)) yield break;
        var text = File.ReadAllText(path);
        var number = 0;
        foreach (var line in text[..(text.LastIndexOf('\n') + 1)].Split('\n'))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line)) continue;
            yield return Parse(line)
                ?? throw new DatasetException($"{file}: line {number}", "a JSON object", Shortened(line), "restore the file, or remove the line");
        }
    }

    /// <summary>Cuts off a line that was not ended, and all behind the first <paramref name="lines"/>.</summary>
    public static void Keep(string path, int lines)
    {
        if (!File.Exists(path)) return;
        var bytes = File.ReadAllBytes(path);
        var end = 0;
        for (var kept = 0; kept < lines && bytes.AsSpan(end).IndexOf((byte)'\n') is >= 0 and var length; kept++) end += length + 1;
        if (end == bytes.Length) return;
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Write);
        stream.SetLength(end);
    }

    private static JsonObject? Parse(string line)
    {
        try
        {
            return JsonNode.Parse(line) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Shortened(string line) => line.Length <= 60 ? $"'{line}'" : $"'{line[..60]}…'";
}
