using System.Collections.Immutable;
using DepthVla.Robot.Data.Episodes;
using DepthVla.Robot.Data.Layout;
using DepthVla.Robot.Data.Reading;
using DepthVla.Robot.Data.Tests.Running;
using DepthVla.Robot.Data.Writing;

namespace DepthVla.Robot.Data.Tests.Writing;

public sealed class DatasetWriterTests : IDisposable
{
    private static readonly ImmutableArray<EpisodeFrame> Good = Samples.Frames(4, seed: 1);

    private readonly ScratchFolder _scratch = new();

    public static TheoryData<string, string> BadFrames => new()
    {
        { "state too long", "frame 2: observation.state: 4 numbers instead of 3" },
        { "state NaN", "frame 2: observation.state: number 1 is NaN" },
        { "action infinite", "frame 2: action: number 0 is Infinity" },
        { "late", "frame 2: it is at 0.25 s, but at 10 frames a second it must be at 0.2 s" },
        { "no picture", "frame 2: observation.images.wrist: the frame has none" },
        { "a picture more", "frame 2: 4 pictures and depths, not the dataset's 3" },
        { "picture of another size", "frame 2: observation.images.primary: it is 10x10 instead of 24x16" },
        { "no picture at all", "frame 2: observation.images.primary: neither JPEG nor PNG (3 bytes, beginning 010203)" },
        { "colour as depth", "frame 2: observation.depth.primary: the PNG has 8 bits a sample and colour type 2; depth needs 16 bits of grey (colour type 0)" },
        { "no label", "frame 2: labels.boxes: the frame has none" },
    };

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [MemberData(nameof(BadFrames))]
    public void Append_FrameThatBreaksThePromise_IsRefusedAndNothingIsWritten(string kind, string expected)
    {
        using (var writer = DatasetWriter.Open(_scratch.Path, Samples.Spec))
        {
            writer.Append("lift", Good);
            var error = Assert.Throws<ArgumentException>(() => writer.Append("drop", Good.SetItem(2, Spoiled(kind))));
            Assert.StartsWith(expected, error.Message, StringComparison.Ordinal);
            writer.Append("lift", Good);
        }
        using var dataset = LeRobotDataset.Open(_scratch.Path);
        Assert.Equal(2, dataset.Episodes.Length);
        Assert.Equal(["lift"], dataset.Tasks.Values);
        Assert.Empty(dataset.Verify());
    }

    [Fact]
    public void Append_NoFrames_IsRefused()
    {
        using var writer = DatasetWriter.Open(_scratch.Path, Samples.Spec);
        Assert.Throws<ArgumentException>(() => writer.Append("lift", []));
    }

    [Fact]
    public void Open_Again_GoesOn()
    {
        Samples.Write(_scratch.Path, 2, 3);
        Samples.Write(_scratch.Path, 4);
        using var dataset = LeRobotDataset.Open(_scratch.Path);
        Assert.Equal([2, 3, 4], dataset.Episodes.Select(entry => entry.Length));
        Assert.Empty(dataset.Verify());
        Assert.Equal(["0|5"], Sql.Rows($"SELECT frame_index, \"index\" FROM read_parquet('{_scratch["data/chunk-000/episode_000002.parquet"]}') LIMIT 1"));
        Assert.Equal(3, File.ReadAllLines(_scratch["meta/episodes_stats.jsonl"]).Length);
    }

    [Fact]
    public void Open_OtherFeatures_SaysWhich()
    {
        Samples.Write(_scratch.Path, 1);
        var other = Samples.Spec with { Features = Samples.Spec.Features.RemoveAt(1) };
        var error = Assert.Throws<DatasetException>(() => DatasetWriter.Open(_scratch.Path, other));
        const string Expected = "features: expected those that are to be written, got others: observation.images.wrist; write to a new folder";
        Assert.EndsWith(Expected, error.Message, StringComparison.Ordinal);
        error = Assert.Throws<DatasetException>(() => DatasetWriter.Open(_scratch.Path, Samples.Spec with { Fps = 30 }));
        Assert.Contains("fps: expected 30, got 10;", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_AnotherWriterIsAtIt_IsRefused()
    {
        using (DatasetWriter.Open(_scratch.Path, Samples.Spec))
        {
            var error = Assert.Throws<DatasetException>(() => DatasetWriter.Open(_scratch.Path, Samples.Spec));
            Assert.Contains("expected a dataset that nobody else writes, got one with another writer;", error.Message, StringComparison.Ordinal);
        }
        DatasetWriter.Open(_scratch.Path, Samples.Spec).Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(double.NaN)]
    public void Open_NoRate_IsRefused(double fps) => Assert.Throws<ArgumentException>(() => DatasetWriter.Open(_scratch.Path, Samples.Spec with { Fps = fps }));

    [Fact]
    public void Open_FeatureThatCannotBeWritten_IsRefused()
    {
        Feature[] bad =
        [
            Feature.Label("x", []), Feature.Label("x", [0]), Feature.Label("a/b", [1]), Feature.Picture("huge", new(100_000, 4)),
            Feature.Label("x", [1]) with { DType = "int64" }, Feature.State("x") with { Key = "timestamp" },
        ];
        foreach (var feature in bad) Assert.Throws<ArgumentException>(() => DatasetWriter.Open(_scratch.Path, new() { Fps = 1, Features = [feature] }));
        Assert.Throws<ArgumentException>(() => DatasetWriter.Open(_scratch.Path, new() { Fps = 1, Features = [Feature.State("x"), Feature.State("y")] }));
        Assert.Throws<ArgumentException>(() => DatasetWriter.Open(_scratch.Path, new() { Fps = 1, Features = [] }));
    }

    private static EpisodeFrame Spoiled(string kind)
    {
        var (frame, random) = (Good[2], new Random(1));
        return kind switch
        {
            "state too long" => frame with { State = frame.State.Add(0) },
            "state NaN" => frame with { State = frame.State.SetItem(1, float.NaN) },
            "action infinite" => frame with { Action = frame.Action.SetItem(0, float.PositiveInfinity) },
            "late" => frame with { Seconds = 0.25 },
            "no picture" => frame with { Pictures = frame.Pictures.Remove("wrist") },
            "a picture more" => frame with { Pictures = frame.Pictures.Add("other", frame.Pictures["wrist"]) },
            "picture of another size" => frame with { Pictures = frame.Pictures.SetItem("primary", Samples.Picture(random, new(10, 10), jpeg: false)) },
            "no picture at all" => frame with { Pictures = frame.Pictures.SetItem("primary", new byte[] { 1, 2, 3 }) },
            "colour as depth" => frame with { Depths = frame.Depths.SetItem("primary", frame.Pictures["primary"]) },
            "no label" => frame with { Labels = frame.Labels.Remove("boxes") },
            _ => throw new ArgumentException(kind),
        };
    }
}
