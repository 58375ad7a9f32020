using System.Text.Json.Nodes;
using DepthVla.Robot.Data.Layout;
using DepthVla.Robot.Data.Tests.Running;
using DepthVla.Robot.Data.Writing;
using DepthVla.Robot.Imaging.Codecs;

namespace DepthVla.Robot.Data.Tests.Writing;

/// <summary>What lies on disk, seen by others than our own reader.</summary>
public sealed class FilesTests : IDisposable
{
    private readonly ScratchFolder _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void Parquet_Schema_IsLeRobots()
    {
        Samples.Write(_scratch.Path, 5);
        Assert.Equal(
            [
                "observation.images.primary|STRUCT(bytes BLOB, path VARCHAR)", "observation.images.wrist|STRUCT(bytes BLOB, path VARCHAR)",
                "observation.depth.primary|STRUCT(bytes BLOB, path VARCHAR)", "observation.state|FLOAT[]", "action|FLOAT[]", "labels.success|FLOAT",
                "labels.boxes|FLOAT[][]", "labels.grid|FLOAT[][][]", "timestamp|FLOAT", "frame_index|BIGINT", "episode_index|BIGINT",
                "index|BIGINT", "task_index|BIGINT",
            ],
            Sql.Rows($"SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM read_parquet('{Data(0)}'))"));
    }

    [Fact]
    public void Parquet_Rows_AreNumberedAcrossEpisodes()
    {
        Samples.Write(_scratch.Path, 3, 1, 2);
        Assert.Equal(
            ["0|0|0|0", "1|0|1|0", "2|0|2|0", "0|1|3|1", "0|2|4|0", "1|2|5|0"],
            Sql.Rows($"SELECT frame_index, episode_index, \"index\", task_index FROM read_parquet('{_scratch["data/*/*.parquet"]}') ORDER BY \"index\""));
        Assert.Equal(
            ["frame_000000.png|frame_000000.jpg|frame_000000.png"],
            Sql.Rows("SELECT \"observation.images.primary\".path, \"observation.images.wrist\".path, \"observation.depth.primary\".path "
                + $"FROM read_parquet('{Data(1)}')"));
    }

    [Fact]
    public void Parquet_Shapes_AreNested()
    {
        var frames = Samples.Frames(1, seed: 5);
        using (var writer = DatasetWriter.Open(_scratch.Path, Samples.Spec)) writer.Append("lift", frames);
        var grid = frames[0].Labels["grid"];
        Assert.Equal(
            [$"2|3|2|{grid[11]}|{frames[0].Labels["boxes"][5]}"],
            Sql.Rows("SELECT len(\"labels.grid\"), len(\"labels.grid\"[1]), len(\"labels.grid\"[2][3]), \"labels.grid\"[2][3][2], \"labels.boxes\"[2][2] "
                + $"FROM read_parquet('{Data(0)}')"));
    }

    [Fact]
    public void Parquet_MetaData_TellHuggingFaceWhatIsAPicture()
    {
        Samples.Write(_scratch.Path, 1);
        var text = Assert.Single(Sql.Rows($"SELECT decode(value) FROM parquet_kv_metadata('{Data(0)}') WHERE decode(key) = 'huggingface'"));
        var features = JsonNode.Parse(text)!["info"]!["features"]!;
        Assert.Equal("Image", (string?)features["observation.images.primary"]!["_type"]);
        Assert.Equal("""{"feature":{"dtype":"float32","_type":"Value"},"length":3,"_type":"Sequence"}""", features["observation.state"]!.ToJsonString());
        Assert.Equal("""{"shape":[2,3,2],"dtype":"float32","_type":"Array3D"}""", features["labels.grid"]!.ToJsonString());
        Assert.Equal("""{"dtype":"int64","_type":"Value"}""", features["task_index"]!.ToJsonString());
    }

    [Fact]
    public void Info_Totals_AreThoseOfTheEpisodes()
    {
        Samples.Write(_scratch.Path, 3, 1, 2);
        var info = Json("meta/info.json");
        Assert.Equal("v2.1", (string?)info["codebase_version"]);
        Assert.Equal((3, 6, 2, 1), ((int)info["total_episodes"]!, (int)info["total_frames"]!, (int)info["total_tasks"]!, (int)info["total_chunks"]!));
        Assert.Equal(10, (int)info["fps"]!);
        Assert.Equal("0:3", (string?)info["splits"]!["train"]);
        Assert.Equal("data/chunk-{episode_chunk:03d}/episode_{episode_index:06d}.parquet", (string?)info["data_path"]);
        Assert.Equal("""{"dtype":"float32","shape":[3],"names":["shoulder","elbow","gripper"]}""", info["features"]!["observation.state"]!.ToJsonString());
        Assert.Equal(
            """{"is_depth_map":true,"depth_unit":"mm","encoding":"16-bit grey PNG, 0 where unknown"}""",
            info["features"]!["observation.depth.primary"]!["info"]!.ToJsonString());
    }

    [Fact]
    public void Lines_OfEpisodesAndTasks_AreLeRobots()
    {
        Samples.Write(_scratch.Path, 3, 1);
        Assert.Equal(
            """
            {"episode_index":0,"tasks":["task 0"],"length":3}
            {"episode_index":1,"tasks":["task 1"],"length":1}

            """, File.ReadAllText(_scratch["meta/episodes.jsonl"]));
        Assert.Equal("{\"task_index\":0,\"task\":\"task 0\"}\n{\"task_index\":1,\"task\":\"task 1\"}\n", File.ReadAllText(_scratch["meta/tasks.jsonl"]));
    }

    [Fact]
    public void Statistics_OfEpisodes_AreRight()
    {
        var frames = Samples.Frames(5, seed: 3);
        using (var writer = DatasetWriter.Open(_scratch.Path, Samples.Spec)) writer.Append("lift", frames);
        var line = JsonNode.Parse(File.ReadAllLines(_scratch["meta/episodes_stats.jsonl"]).Single())!;
        Assert.Equal(0, (int)line["episode_index"]!);

        var action = line["stats"]!["action"]!;
        double[] elbow = [.. frames.Select(frame => (double)frame.Action[1])];
        Assert.Equal(elbow.Average(), (double)action["mean"]![1]!, 1e-12);
        Assert.Equal(Math.Sqrt(elbow.Average(x => Math.Pow(x - elbow.Average(), 2))), (double)action["std"]![1]!, 1e-12);
        Assert.Equal((elbow.Min(), elbow.Max()), ((double)action["min"]![1]!, (double)action["max"]![1]!));
        Assert.Equal("[5]", action["count"]!.ToJsonString());

        Assert.Equal("[0.2]", line["stats"]!["timestamp"]!["mean"]!.ToJsonString());
        Assert.Equal(frames.Max(frame => (double)frame.Labels["grid"][11]), (double)line["stats"]!["labels.grid"]!["max"]![1]![2]![1]!);

        // Pictures: [channels, 1, 1], light from 0 to 1 and depth in mm.
        var picture = EncodedPicture.Decode(frames[0].Pictures["primary"].Span);
        Assert.Equal(3, line["stats"]!["observation.images.primary"]!["mean"]!.AsArray().Count);
        Assert.InRange((double)line["stats"]!["observation.images.primary"]!["mean"]![0]![0]![0]!, 0.3, 0.7);
        Assert.InRange((double)line["stats"]!["observation.depth.primary"]!["max"]![0]![0]![0]!, 30000, 65535);
        Assert.Equal(Samples.Size, picture.Size);
    }

    [Fact]
    public void Chunks_BeginEveryThousandEpisodes()
    {
        var spec = new DatasetSpec { Fps = 5, Features = [Feature.State("x")] };
        DatasetWriter.Open(_scratch.Path, spec).Dispose();
        File.WriteAllLines(_scratch["meta/episodes.jsonl"], Enumerable.Range(0, 999).Select(i => $$"""{"episode_index":{{i}},"tasks":["go"],"length":1}"""));
        using (var writer = DatasetWriter.Open(_scratch.Path, spec)) for (var i = 0; i < 2; i++) writer.Append("go", Samples.Frames(1, i, spec));
        Assert.True(File.Exists(_scratch["data/chunk-000/episode_000999.parquet"]));
        Assert.True(File.Exists(_scratch["data/chunk-001/episode_001000.parquet"]));
    }

    private string Data(int episode) => _scratch[$"data/chunk-000/episode_{episode:D6}.parquet"];

    private JsonNode Json(string file) => JsonNode.Parse(File.ReadAllText(_scratch[file]))!;
}
