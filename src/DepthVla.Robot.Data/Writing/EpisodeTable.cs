using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using DepthVla.Robot.Data.Episodes;
using DepthVla.Robot.Data.Layout;
using DepthVla.Robot.Data.Parquet;
using DepthVla.Robot.Imaging.Codecs;
using DuckDB.NET.Data;

namespace DepthVla.Robot.Data.Writing;

/// <summary>Frames to one Parquet file an episode. Not thread-safe.</summary>
internal sealed class EpisodeTable : IDisposable
{
    private readonly ParquetSession _session = new();
    private readonly ImmutableArray<Feature> _features;
    private readonly string _create;
    private readonly string _select;
    private readonly string _options;

    public EpisodeTable(ImmutableArray<Feature> features)
    {
        _features = features;
        var columns = features.SelectMany((f, i) => f.IsImage ? [$"c{i} BLOB", $"p{i} VARCHAR"] : new[] { $"c{i} {(f.Shape is [1] ? "FLOAT" : "FLOAT[]")}" });
        _create = $"CREATE OR REPLACE TABLE frames ({string.Join(", ", columns)}, timestamp FLOAT, frame_index BIGINT, "
            + "episode_index BIGINT, index BIGINT, task_index BIGINT)";
        _select = string.Join(", ", [.. features.Select(Column), "timestamp", "frame_index", "episode_index", "index", "task_index"]);

        // Pictures are packed already.
        var compression = features.Any(f => f.IsImage) ? "uncompressed" : "zstd";
        _options = $"FORMAT parquet, COMPRESSION {compression}, KV_METADATA {{huggingface: {ParquetSession.Text(HuggingFace(features))}}}";
    }

    /// <summary>Writes <paramref name="file"/>, which must not exist.</summary>
    public void Write(string file, IReadOnlyList<EpisodeFrame> frames, int episode, long firstIndex, Func<EpisodeFrame, int> task)
    {
        // Making the table anew gives its memory back at once; emptying it does not.
        _session.Execute(_create);
        using (var appender = _session.AppendTo("frames"))
        {
            for (var i = 0; i < frames.Count; i++)
            {
                var row = appender.CreateRow();
                foreach (var feature in _features) Append(row, feature, frames[i], i);
                row.AppendValue((float)frames[i].Seconds).AppendValue((long)i).AppendValue((long)episode).AppendValue(firstIndex + i)
                    .AppendValue((long)task(frames[i])).EndRow();
            }
        }
        _session.Execute($"COPY (SELECT {_select} FROM frames) TO {ParquetSession.Text(file)} ({_options})");
    }

    public void Dispose() => _session.Dispose();

    private static void Append(IDuckDBAppenderRow row, Feature feature, EpisodeFrame frame, int index)
    {
        if (feature.IsImage)
        {
            var bytes = (feature.IsDepth ? frame.Depths : frame.Pictures)[feature.Name];
            row.AppendValue(MemoryMarshal.AsMemory(bytes).Span);
            row.AppendValue(string.Create(CultureInfo.InvariantCulture, $"frame_{index:D6}.{(EncodedPicture.IsJpeg(bytes.Span) ? "jpg" : "png")}"));
            return;
        }
        var values = ImmutableCollectionsMarshal.AsArray(FrameValues.Of(feature, frame))!;
        if (feature.Shape is [1]) row.AppendValue(values[0]);
        else row.AppendValue<float>(values);
    }

    private static string Column(Feature feature, int i)
    {
        var value = feature.IsImage ? $"struct_pack(bytes := c{i}, path := p{i})" : Nested($"c{i}", feature.Shape.AsSpan());
        return $"{value} AS {ParquetSession.Name(feature.Key)}";
    }

    /// <summary>Rows in rows, from one list of numbers: DuckDB's lists count from 1.</summary>
    private static string Nested(string list, ReadOnlySpan<int> shape, int depth = 0)
    {
        if (shape.Length <= 1) return list;
        var stride = 1;
        foreach (var side in shape[1..]) stride *= side;
        var part = $"{list}[i{depth} * {stride} + 1 : (i{depth} + 1) * {stride}]";
        return $"[{Nested(part, shape[1..], depth + 1)} FOR i{depth} IN range({shape[0]})]";
    }

    /// <summary>What Hugging Face's libraries want to know of the columns.</summary>
    private static string HuggingFace(ImmutableArray<Feature> features)
    {
        static JsonObject Value(string dtype) => new() { ["dtype"] = dtype, ["_type"] = "Value" };
        static JsonObject Of(Feature feature) => feature switch
        {
            { IsImage: true } => new JsonObject { ["_type"] = "Image" },
            { Shape: [1] } => Value(feature.DType),
            { Shape: [var length] } => new JsonObject { ["feature"] = Value(feature.DType), ["length"] = length, ["_type"] = "Sequence" },
            _ => new JsonObject
            {
                ["shape"] = new JsonArray([.. feature.Shape.Select(side => (JsonNode)side)]), ["dtype"] = feature.DType,
                ["_type"] = $"Array{feature.Shape.Length}D",
            },
        };
        var columns = new JsonObject();
        foreach (var feature in features.Concat(Bookkeeping.Features)) columns[feature.Key] = Of(feature);
        return new JsonObject { ["info"] = new JsonObject { ["features"] = columns } }.ToJsonString();
    }
}
