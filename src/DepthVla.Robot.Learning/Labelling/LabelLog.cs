using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DepthVla.Robot.Data.Layout;

namespace DepthVla.Robot.Learning.Labelling;

/// <summary>Beside a labelled dataset: who made its depth, and which episode of the source each of its own comes from.</summary>
/// <remarks>
/// The line of an episode is written before the episode, so a line of which no episode came counts for nothing: what was written is known even
/// after a kill. A line that its writer could not end does not count either.
/// </remarks>
internal sealed class LabelLog
{
    internal const string Name = "meta/depth_labels.jsonl";
    private readonly string _path;
    private readonly Dictionary<int, int> _sources = [];      // number here → number there

    private LabelLog(string path) => _path = path;

    /// <summary>Begins a log, or goes on with the one that is there.</summary>
    /// <param name="folder">Of the dataset that is written.</param>
    /// <param name="origin">What must not change between two runs: the teacher, the cameras, the alignment.</param>
    /// <param name="episodes">Episodes that the dataset holds.</param>
    /// <exception cref="DatasetException">What is there was made by another teacher, or not by labelling.</exception>
    internal static LabelLog Open(string folder, JsonObject origin, int episodes)
    {
        const string Remedy = "write to a new folder";
        var log = new LabelLog(Path.Combine(folder, Name));
        var lines = log.ReadWhole();
        if (lines.Count == 0)
        {
            if (episodes > 0) throw new DatasetException(log._path, "what this command has begun", $"{episodes} episodes of something else", Remedy);
            log.Append(origin);
            return log;
        }

        var (wanted, there) = (origin.ToJsonString(), lines[0].ToJsonString());
        if (wanted != there) throw new DatasetException(log._path, wanted, there, Remedy);
        foreach (var line in lines.Skip(1)) log._sources[line["episode"]!.GetValue<int>()] = line["source"]!.GetValue<int>();
        return log;
    }

    /// <summary>Which episodes of the source are among the first <paramref name="count"/> here.</summary>
    internal HashSet<int> Done(int count) => [.. _sources.Where(s => s.Key < count).Select(s => s.Value)];

    /// <summary>Says which episode of the source the next one written will be.</summary>
    internal void Intend(int episode, int source)
    {
        _sources[episode] = source;
        Append(new JsonObject { ["episode"] = episode, ["source"] = source });
    }

    private List<JsonObject> ReadWhole()
    {
        if (!File.Exists(_path)) return [];
        var text = File.ReadAllText(_path);
        var whole = text[..(text.LastIndexOf('\n') + 1)];
        if (whole.Length < text.Length) File.WriteAllText(_path, whole);
        try
        {
            return [.. whole.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject())];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new DatasetException(_path, "a JSON object a line", e.Message, "restore the file, or write to a new folder", e);
        }
    }

    private void Append(JsonObject line)
    {
        using var stream = new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        stream.Write(Encoding.UTF8.GetBytes(line.ToJsonString() + "\n"));
    }
}
