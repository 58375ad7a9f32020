using System.Globalization;
using System.Text.Json.Nodes;
using DepthVla.Robot.Data.Episodes;
using DepthVla.Robot.Data.Layout;

namespace DepthVla.Robot.Data.Writing;

/// <summary>Writes a LeRobot dataset, layout v2.1, episode by episode. Not thread-safe; one writer a folder.</summary>
/// <remarks>
/// An episode counts from the moment its line is in meta/episodes.jsonl, the last but one thing that is written; whatever a killed process left
/// behind is invisible before, and overwritten by the next writer. Nothing is forced to the disk's surface: after a power cut a reader may find
/// and name broken episodes.
/// </remarks>
public sealed class DatasetWriter : IDisposable
{
    private const string Episodes = "meta/episodes.jsonl";
    private const string EpisodesStatistics = "meta/episodes_stats.jsonl";
    private const string Tasks = "meta/tasks.jsonl";

    private readonly DatasetInfo _info;
    private readonly WriterLock _lock;
    private readonly EpisodeTable _table;
    private readonly Dictionary<string, int> _tasks = [];

    private DatasetWriter(string folder, DatasetSpec spec, DatasetInfo info, WriterLock @lock)
    {
        (Folder, Spec, _info, _lock) = (folder, spec, info, @lock);
        foreach (var line in JsonLines.Read(folder, Tasks)) _tasks[line["task"]!.GetValue<string>()] = line["task_index"]!.GetValue<int>();
        foreach (var line in JsonLines.Read(folder, Episodes))
        {
            Count++;
            Frames += line["length"]!.GetValue<int>();
        }
        JsonLines.Keep(InFolder(Episodes), Count);
        JsonLines.Keep(InFolder(EpisodesStatistics), Count);
        JsonLines.Keep(InFolder(Tasks), _tasks.Count);
        foreach (var file in (string[])[Tasks, EpisodesStatistics, Episodes]) if (!File.Exists(InFolder(file))) File.WriteAllText(InFolder(file), "");
        InfoFile.Write(folder, info, Count, Frames, _tasks.Count);
        _table = new EpisodeTable(spec.Features);
    }

    /// <summary>The dataset's folder.</summary>
    public string Folder { get; }

    /// <summary>What it writes.</summary>
    public DatasetSpec Spec { get; }

    /// <summary>Episodes in the dataset, and the number of the next.</summary>
    public int Count { get; private set; }

    /// <summary>Frames in the dataset.</summary>
    public long Frames { get; private set; }

    /// <summary>Begins a dataset in <paramref name="folder"/>, or goes on with the one that is there.</summary>
    /// <exception cref="ArgumentException">Nothing can be written by this <paramref name="spec"/>.</exception>
    /// <exception cref="DatasetException">Another writer is at it, or the folder holds a dataset with other features, or something else.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static DatasetWriter Open(string folder, DatasetSpec spec)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(spec);
        spec.Require();
        folder = Path.GetFullPath(folder);
        var info = new DatasetInfo
        {
            Version = "v2.1", Fps = spec.Fps, RobotType = spec.RobotType, DataPath = InfoFile.DataPath, Features = [.. spec.Features, .. Bookkeeping.Features],
        };

        Directory.CreateDirectory(Path.Combine(folder, "meta"));
        var @lock = WriterLock.Take(folder);
        try
        {
            if (File.Exists(Path.Combine(folder, InfoFile.Name))) RequireSame(folder, InfoFile.Read(folder), info);
            return new DatasetWriter(folder, spec, info, @lock);
        }
        catch
        {
            @lock.Dispose();
            throw;
        }
    }

    /// <summary>Writes an episode; when this returns, it counts.</summary>
    /// <returns>Its number.</returns>
    /// <exception cref="ArgumentException">A frame is not what the features promise, not finite, or not on the rate's grid. Nothing was written.</exception>
    /// <exception cref="IOException">The disk is full or gone.</exception>
    public int Append(string instruction, IReadOnlyList<EpisodeFrame> frames)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(instruction);
        ArgumentNullException.ThrowIfNull(frames);
        FrameCheck.Require(frames, Spec);

        var episode = Count;
        string[] tasks = [.. frames.Select(frame => frame.Instruction ?? instruction).Prepend(instruction).Distinct()];
        foreach (var task in tasks) AddTask(task);
        int TaskOf(EpisodeFrame frame) => _tasks[frame.Instruction ?? instruction];
        var statistics = EpisodeStatistics.Of(frames, Spec.Features, episode, Frames, TaskOf);

        var file = InFolder(PathTemplate.Fill("data_path", InfoFile.DataPath, ("episode_chunk", episode / _info.ChunkSize), ("episode_index", episode)));
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var partial = file + ".partial";
        File.Delete(partial);
        _table.Write(partial, frames, episode, Frames, TaskOf);
        File.Move(partial, file, overwrite: true);

        JsonLines.Append(InFolder(EpisodesStatistics), new JsonObject { ["episode_index"] = episode, ["stats"] = statistics });
        JsonLines.Append(InFolder(Episodes), new JsonObject
        {
            ["episode_index"] = episode, ["tasks"] = new JsonArray([.. tasks.Select(task => (JsonNode)task)]), ["length"] = frames.Count,
        });
        (Count, Frames) = (episode + 1, Frames + frames.Count);
        InfoFile.Write(Folder, _info, Count, Frames, _tasks.Count);
        return episode;
    }

    /// <summary>Lets go of the folder. Every episode is in place already.</summary>
    public void Dispose()
    {
        _table.Dispose();
        _lock.Dispose();
    }

    private static void RequireSame(string folder, DatasetInfo there, DatasetInfo wanted)
    {
        const string Remedy = "write to a new folder";
        var field = Path.Combine(folder, InfoFile.Name);
        if (there.Version != wanted.Version) throw new DatasetException($"{field}: codebase_version", wanted.Version, there.Version, Remedy);
        if (there.Fps != wanted.Fps) throw new DatasetException($"{field}: fps", Number(wanted.Fps), Number(there.Fps), Remedy);
        if (there.DataPath != wanted.DataPath) throw new DatasetException($"{field}: data_path", wanted.DataPath, there.DataPath, Remedy);
        if (there.Features.SequenceEqual(wanted.Features)) return;
        var other = there.Features.Except(wanted.Features).Concat(wanted.Features.Except(there.Features)).Select(f => f.Key).Distinct();
        throw new DatasetException($"{field}: features", "those that are to be written", $"others: {string.Join(", ", other)}", Remedy);
    }

    private static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);

    private void AddTask(string task)
    {
        if (!_tasks.TryAdd(task, _tasks.Count)) return;
        JsonLines.Append(InFolder(Tasks), new JsonObject { ["task_index"] = _tasks[task], ["task"] = task });
    }

    private string InFolder(string path) => Path.Combine(Folder, path);
}
