using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DepthVla.Robot.Data.Layout;

/// <summary>meta/info.json: reading and writing.</summary>
internal static class InfoFile
{
    public const string Name = "meta/info.json";
    public const string DataPath = "data/chunk-{episode_chunk:03d}/episode_{episode_index:06d}.parquet";

    private const string VideoPath = "videos/chunk-{episode_chunk:03d}/{video_key}/episode_{episode_index:06d}.mp4";
    private const string DepthEncoding = "16-bit grey PNG, 0 where unknown";
    private const string Remedy = "correct the file, or record the dataset anew";

    private static readonly JsonSerializerOptions Indented = new(JsonLines.Plain) { WriteIndented = true };

    /// <summary>What the file of the dataset in <paramref name="folder"/> says.</summary>
    /// <exception cref="DatasetException">There is no such file, or it is not what it should be.</exception>
    public static DatasetInfo Read(string folder)
    {
        var path = Path.Combine(folder, Name);
        if (!File.Exists(path))
        {
            var came = File.Exists(folder) ? "a file" : Directory.Exists(folder) ? $"a folder without {Name}" : "nothing: it does not exist";
            throw new DatasetException(folder, $"a LeRobot dataset, v2.1 or v3.0 (a folder with {Name})", came, "check the path");
        }

        JsonObject root;
        try
        {
            root = JsonNode.Parse(File.ReadAllText(path)) as JsonObject ?? throw new JsonException("it is not an object");
        }
        catch (JsonException e)
        {
            throw new DatasetException(path, "a JSON object", e.Message.TrimEnd('.'), Remedy, e);
        }
        return Parse(root);
    }

    /// <summary>Replaces the file, if there is one, in one step.</summary>
    public static void Write(string folder, DatasetInfo info, int episodes, long frames, int tasks)
    {
        var features = new JsonObject();
        foreach (var feature in info.Features) features[feature.Key] = ToJson(feature);
        var root = new JsonObject
        {
            ["codebase_version"] = info.Version,
            ["robot_type"] = info.RobotType,
            ["total_episodes"] = episodes,
            ["total_frames"] = frames,
            ["total_tasks"] = tasks,
            ["total_videos"] = 0,
            ["total_chunks"] = (episodes + info.ChunkSize - 1) / info.ChunkSize,
            ["chunks_size"] = info.ChunkSize,
            ["fps"] = info.Fps == Math.Floor(info.Fps) ? JsonValue.Create((int)info.Fps) : JsonValue.Create(info.Fps),
            ["splits"] = new JsonObject { ["train"] = $"0:{episodes}" },
            ["data_path"] = info.DataPath,
            ["video_path"] = VideoPath,
            ["features"] = features,
        };
        WholeFile.Write(Path.Combine(folder, Name), root.ToJsonString(Indented));
    }

    private static JsonObject ToJson(Feature feature)
    {
        var json = new JsonObject
        {
            ["dtype"] = feature.DType,
            ["shape"] = new JsonArray([.. feature.Shape.Select(side => (JsonNode)side)]),
            ["names"] = feature.Names.IsEmpty ? null : new JsonArray([.. feature.Names.Select(name => (JsonNode)name)]),
        };
        if (feature.IsDepth) json["info"] = new JsonObject { ["is_depth_map"] = true, ["depth_unit"] = "mm", ["encoding"] = DepthEncoding };
        return json;
    }

    private static DatasetInfo Parse(JsonObject root)
    {
        var version = Field<string>(root, "codebase_version", "\"v2.1\" or \"v3.0\"");
        if (!version.StartsWith("v2.", StringComparison.Ordinal) && !version.StartsWith("v3.", StringComparison.Ordinal))
            throw new DatasetException($"{Name}: codebase_version", "v2.1 or v3.0", version, "convert the dataset with LeRobot's own scripts");
        var fps = Field<double>(root, "fps", "frames a second");
        if (!(fps > 0 && double.IsFinite(fps))) throw new DatasetException($"{Name}: fps", "a positive number", $"{fps}", Remedy);
        if (root["features"] is not JsonObject features) throw new DatasetException($"{Name}: features", "an object", "none", Remedy);
        return new DatasetInfo
        {
            Version = version,
            Fps = fps,
            RobotType = root["robot_type"] is JsonValue robot && robot.TryGetValue<string>(out var type) ? type : null,
            ChunkSize = root["chunks_size"] is JsonValue size && size.TryGetValue<int>(out var chunk) && chunk > 0 ? chunk : 1000,
            DataPath = Field<string>(root, "data_path", "a path with places for numbers"),
            VideoPath = root["video_path"] is JsonValue video && video.TryGetValue<string>(out var where) ? where : null,
            TotalEpisodes = root["total_episodes"] is JsonValue total && total.TryGetValue<int>(out var episodes) ? episodes : 0,
            Features = [.. features.Select(f => Parse(f.Key, f.Value))],
        };
    }

    private static Feature Parse(string key, JsonNode? node)
    {
        var field = $"features.{key}";
        if (node is not JsonObject json) throw new DatasetException($"{Name}: {field}", "an object", "something else", Remedy);
        if (json["shape"] is not JsonArray shape || shape.Any(side => side is not JsonValue value || !value.TryGetValue<int>(out var length) || length < 0))
            throw new DatasetException($"{Name}: {field}.shape", "whole numbers", json["shape"]?.ToJsonString() ?? "nothing", Remedy);
        return new Feature
        {
            Key = key,
            DType = json["dtype"] is JsonValue dtype && dtype.TryGetValue<string>(out var type)
                ? type
                : throw new DatasetException($"{Name}: {field}.dtype", "an element type", json["dtype"]?.ToJsonString() ?? "nothing", Remedy),
            Shape = [.. shape.Select(side => side!.GetValue<int>())],
            Names = Names(json["names"]),
            IsDepth = ((string[])["info", "video_info"]).Any(part => IsTrue(json[part]?["is_depth_map"]) || IsTrue(json[part]?["video.is_depth_map"])),
        };
    }

    // A list, or an object of lists such as {"motors": [...]}.
    private static ImmutableArray<string> Names(JsonNode? node) => node switch
    {
        JsonArray list => [.. list.Select(name => name?.ToString() ?? "")],
        JsonObject groups => [.. groups.SelectMany(group => group.Value is JsonArray list ? list.Select(name => name?.ToString() ?? "") : [group.Key])],
        _ => [],
    };

    private static bool IsTrue(JsonNode? node) => node is JsonValue value && value.TryGetValue<bool>(out var set) && set;

    private static T Field<T>(JsonObject root, string name, string expected) => root[name] is JsonValue value && value.TryGetValue<T>(out var result)
        ? result
        : throw new DatasetException($"{Name}: {name}", expected, root[name]?.ToJsonString() ?? "nothing", Remedy);
}
