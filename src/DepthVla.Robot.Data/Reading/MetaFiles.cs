using System.Collections.Immutable;
using System.Text.Json.Nodes;
using DepthVla.Robot.Data.Layout;
using DepthVla.Robot.Data.Parquet;
using DuckDB.NET.Data;

namespace DepthVla.Robot.Data.Reading;

/// <summary>Which episodes and tasks a dataset has: JSON lines in layout 2, Parquet files in layout 3.</summary>
internal static class MetaFiles
{
    private const string EpisodesLines = "meta/episodes.jsonl";
    private const string TasksLines = "meta/tasks.jsonl";
    private const string TasksTable = "meta/tasks.parquet";
    private const string EpisodesFolder = "meta/episodes";
    private const string Remedy = "restore the file, or fetch the dataset again";

    /// <summary>Tasks by number.</summary>
    /// <exception cref="DatasetException">The file is missing or broken.</exception>
    public static ImmutableDictionary<int, string> Tasks(string folder, DatasetInfo info)
    {
        if (info.HasFilePerEpisode)
        {
            Require(folder, TasksLines);
            return JsonLines.Read(folder, TasksLines).Select((line, i) => (Number(line, "task_index", TasksLines, i), Text(line, "task", TasksLines, i)))
                .GroupBy(task => task.Item1).ToImmutableDictionary(same => same.Key, same => same.Last().Item2);
        }

        Require(folder, TasksTable);
        return Rows(TasksTable, session =>
        {
            var table = ParquetSession.Rows(Path.Combine(folder, TasksTable));
            var names = session.Query($"DESCRIBE SELECT * FROM {table}").Select(row => row.GetString(0)).ToList();
            // pandas keeps the texts as its index, whose column may have lost its name.
            var text = names.Contains("task") ? "task" : names.Contains("__index_level_0__") ? "__index_level_0__"
                : throw new DatasetException(TasksTable, "a column 'task'", string.Join(", ", names), Remedy);
            return session.Query($"SELECT task_index::INTEGER, {ParquetSession.Name(text)}::VARCHAR FROM {table}")
                .ToImmutableDictionary(row => row.GetInt32(0), row => row.GetString(1));
        });
    }

    /// <summary>Episodes in the order of their numbers.</summary>
    /// <exception cref="DatasetException">A file is missing or broken.</exception>
    public static ImmutableArray<EpisodeEntry> Episodes(string folder, DatasetInfo info)
    {
        var entries = info.HasFilePerEpisode ? FromLines(folder, info) : FromTables(folder, info);
        var twice = entries.GroupBy(entry => entry.Index).FirstOrDefault(same => same.Count() > 1);
        if (twice is not null) throw new DatasetException("meta: episodes", "each episode once", $"episode {twice.Key} {twice.Count()} times", Remedy);
        return [.. entries.OrderBy(entry => entry.Index)];
    }

    private static List<EpisodeEntry> FromLines(string folder, DatasetInfo info)
    {
        Require(folder, EpisodesLines);
        return [.. JsonLines.Read(folder, EpisodesLines).Select((line, i) =>
        {
            var index = Number(line, "episode_index", EpisodesLines, i);
            var chunk = index / info.ChunkSize;
            return new EpisodeEntry(
                index, Number(line, "length", EpisodesLines, i), [.. line["tasks"] is JsonArray tasks ? tasks.Select(task => $"{task}") : []],
                PathTemplate.Fill("data_path", info.DataPath, ("episode_chunk", chunk), ("episode_index", index)),
                Videos(info, key =>
                {
                    var path = PathTemplate.Fill("video_path", info.VideoPath!, ("episode_chunk", chunk), ("episode_index", index), ("video_key", key));
                    return new VideoPart(path, 0, IsWhole: true);
                }));
        })];
    }

    private static List<EpisodeEntry> FromTables(string folder, DatasetInfo info)
    {
        if (!Directory.Exists(Path.Combine(folder, EpisodesFolder))) throw Missing(EpisodesFolder);
        string[] files = [.. Directory.GetFiles(Path.Combine(folder, EpisodesFolder), "*.parquet", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        if (files.Length == 0) throw Missing($"{EpisodesFolder}/*/*.parquet");
        string[] videos = [.. info.Cameras.Where(f => f.IsVideo).Select(f => f.Key)];
        string[] columns =
        [
            "episode_index::INTEGER", "length::INTEGER", "tasks::VARCHAR[]", "\"data/chunk_index\"::INTEGER", "\"data/file_index\"::INTEGER",
            .. videos.SelectMany(key => (string[])
            [
                $"{ParquetSession.Name($"videos/{key}/chunk_index")}::INTEGER", $"{ParquetSession.Name($"videos/{key}/file_index")}::INTEGER",
                $"{ParquetSession.Name($"videos/{key}/from_timestamp")}::DOUBLE",
            ]),
        ];
        return Rows(EpisodesFolder, session => files.SelectMany(file => session.Query($"SELECT {string.Join(", ", columns)} FROM {ParquetSession.Rows(file)}")
            .Select(row => new EpisodeEntry(
                row.GetInt32(0), row.GetInt32(1), [.. row.GetFieldValue<List<string>>(2)],
                PathTemplate.Fill("data_path", info.DataPath, ("chunk_index", row.GetInt32(3)), ("file_index", row.GetInt32(4))),
                Videos(info, key =>
                {
                    var at = 5 + 3 * Array.IndexOf(videos, key);
                    var (chunk, number) = (row.GetInt32(at), row.GetInt32(at + 1));
                    var path = PathTemplate.Fill("video_path", info.VideoPath!, ("chunk_index", chunk), ("file_index", number), ("video_key", key));
                    return new VideoPart(path, row.GetDouble(at + 2), IsWhole: false);
                })))).ToList());
    }

    private static ImmutableDictionary<string, VideoPart> Videos(DatasetInfo info, Func<string, VideoPart> part)
    {
        string[] keys = [.. info.Cameras.Where(f => f.IsVideo).Select(f => f.Key)];
        if (keys.Length > 0 && info.VideoPath is null)
            throw new DatasetException($"{InfoFile.Name}: video_path", "a path, as there are videos", "null", "correct the file");
        return keys.ToImmutableDictionary(key => key, part);
    }

    private static T Rows<T>(string what, Func<ParquetSession, T> read)
    {
        using var session = new ParquetSession();
        try
        {
            return read(session);
        }
        catch (Exception e) when (e is DuckDBException or InvalidCastException)
        {
            throw new DatasetException(what, "Parquet of LeRobot's layout v3.0", e.Message.Split('\n')[0], Remedy, e);
        }
    }

    private static void Require(string folder, string file)
    {
        if (!File.Exists(Path.Combine(folder, file))) throw Missing(file);
    }

    private static DatasetException Missing(string file) => new(file, "a file", "nothing: it does not exist", Remedy);

    private static int Number(JsonObject line, string name, string file, int at) =>
        line[name] is JsonValue value && value.TryGetValue<int>(out var number) && number >= 0
        ? number
        : throw new DatasetException($"{file}: line {at + 1}: {name}", "a number from 0", line[name]?.ToJsonString() ?? "nothing", Remedy);

    private static string Text(JsonObject line, string name, string file, int at) =>
        line[name] is JsonValue value && value.TryGetValue<string>(out var text)
        ? text
        : throw new DatasetException($"{file}: line {at + 1}: {name}", "a text", line[name]?.ToJsonString() ?? "nothing", Remedy);
}
