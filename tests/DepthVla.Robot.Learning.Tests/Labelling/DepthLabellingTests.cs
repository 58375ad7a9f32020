using System.Collections.Immutable;
using DepthVla.Robot.Data.Episodes;
using DepthVla.Robot.Data.Layout;
using DepthVla.Robot.Data.Reading;
using DepthVla.Robot.Data.Writing;
using DepthVla.Robot.Fixtures;
using DepthVla.Robot.Imaging;
using DepthVla.Robot.Imaging.Codecs;
using DepthVla.Robot.Learning.Labelling;
using DepthVla.Robot.Model.Checkpoints;
using DepthVla.Robot.Model.DepthTeacher;

namespace DepthVla.Robot.Learning.Tests.Labelling;

/// <summary>A dataset with two cameras, one of them with depth, labelled by the small random teacher of the fixture, made metric.</summary>
public sealed class DepthLabellingTests : IDisposable
{
    private static readonly ImageSize Size = new(64, 48);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("depthvla-labels-");
    private readonly TeacherFolder _metric = new(TeacherFolder.Small, config => config["max_depth"] = 20);
    private readonly DepthAnything _teacher;

    public DepthLabellingTests()
    {
        _teacher = _metric.Open();
        Write(InFolder("data"), 3, 2, 4);
    }

    public void Dispose()
    {
        _teacher.Dispose();
        _metric.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void Run_ForCamerasWithoutDepth_WritesWhatTheTeacherSays()
    {
        var told = new List<LabellingProgress>();
        DepthLabelling.Run(InFolder("data"), _teacher, InFolder("out"), null, 2, told.Add, CancellationToken.None);

        using var source = LeRobotDataset.Open(InFolder("data"));
        using var copy = LeRobotDataset.Open(InFolder("out"));
        Assert.Equal(["primary", "wrist"], copy.Info.Depths.Select(d => d.Name).Order());
        Assert.Empty(copy.Verify());
        Assert.Equal(3, copy.Episodes.Length);
        for (var e = 0; e < 3; e++)
        {
            var (before, after) = (source.ReadEpisode(e), copy.ReadEpisode(e));
            Assert.Equal(before.Instruction, after.Instruction);
            foreach (var (a, b) in before.Frames.Zip(after.Frames))
            {
                Assert.Equal(a.State, b.State);
                Assert.Equal(a.Action, b.Action);
                Assert.Equal(a.Labels["score"], b.Labels["score"]);
                foreach (var camera in (string[])["primary", "wrist"]) Assert.True(a.Pictures[camera].Span.SequenceEqual(b.Pictures[camera].Span));
                Assert.True(a.Depths["primary"].Span.SequenceEqual(b.Depths["primary"].Span));   // what is known stays
                var (metres, written) = (_teacher.Infer(EncodedPicture.Decode(a.Pictures["wrist"].Span)).AsMetres(), DepthPng.Decode(b.Depths["wrist"].Span));
                for (var i = 0; i < metres.Length; i++) Assert.Equal(1000 * metres[i], written.Millimetres[i], 1.0);
            }
        }

        Assert.Equal((3, 3, 9), (told[^1].Episodes, told[^1].AllEpisodes, told[^1].Frames));
    }

    [Fact]
    public void Run_EpisodesCorrupt_NamesThemAndGoesOn()
    {
        File.Delete(InFolder("data/data/chunk-000/episode_000001.parquet"));
        var told = new List<LabellingProgress>();
        DepthLabelling.Run(InFolder("data"), _teacher, InFolder("out"), null, 4, told.Add, CancellationToken.None);

        var skipped = Assert.Single(told, t => t.Skipped is not null).Skipped!;
        Assert.Equal((1, "the file does not exist"), (skipped.Episode, skipped.Cause));
        using var copy = LeRobotDataset.Open(InFolder("out"));
        Assert.Equal([3, 4], copy.Episodes.Select(e => e.Length));
    }

    /// <summary>Stopped in the second episode; and a line in the log whose episode never came counts for nothing.</summary>
    [Fact]
    public void Run_StoppedAndStartedAgain_LabelsEachEpisodeOnce()
    {
        using var stop = new CancellationTokenSource();
        DepthLabelling.Run(InFolder("data"), _teacher, InFolder("out"), null, 1, t => { if (t.Frames == 4) stop.Cancel(); }, stop.Token);
        using (var half = LeRobotDataset.Open(InFolder("out"))) Assert.Equal([3], half.Episodes.Select(e => e.Length));
        File.AppendAllText(InFolder("out/meta/depth_labels.jsonl"), "{\"episode\":1,\"source\":2}\n{\"episode\":2,\"so");

        var told = new List<LabellingProgress>();
        DepthLabelling.Run(InFolder("data"), _teacher, InFolder("out"), null, 1, told.Add, CancellationToken.None);
        Assert.Equal((1, 6), (told[0].Episodes, told[^1].Frames));
        using (var whole = LeRobotDataset.Open(InFolder("out"))) Assert.Equal([3, 2, 4], whole.Episodes.Select(e => e.Length));

        var again = new List<LabellingProgress>();
        DepthLabelling.Run(InFolder("data"), _teacher, InFolder("out"), null, 1, again.Add, CancellationToken.None);
        Assert.Equal((3, 0), (again[^1].Episodes, again[^1].Frames));
    }

    [Fact]
    public void Run_ByAnotherTeacher_IsRefused()
    {
        DepthLabelling.Run(InFolder("data"), _teacher, InFolder("out"), null, 4, _ => { }, CancellationToken.None);
        using var folder = new TeacherFolder(TeacherFolder.Small, config => config["max_depth"] = 10);
        using var other = folder.Open();
        var problem = Assert.Throws<DatasetException>(() => DepthLabelling.Run(InFolder("data"), other, InFolder("out"), null, 4, _ => { }, CancellationToken.None));
        Assert.Contains("\"max_depth\":10", problem.Message, StringComparison.Ordinal);
        Assert.Contains("write to a new folder", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_WithARelativeTeacher_NeedsAnAlignment()
    {
        using var folder = new TeacherFolder(TeacherFolder.Small);
        using var relative = folder.Open();
        void Run(DepthAnything teacher, InverseDepthAlignment? alignment) =>
            DepthLabelling.Run(InFolder("data"), teacher, InFolder("out"), alignment, 4, _ => { }, CancellationToken.None);
        Assert.Contains("it is a relative model", Assert.Throws<CheckpointException>(() => Run(relative, null)).Message, StringComparison.Ordinal);
        Assert.Contains("takes no alignment", Assert.Throws<CheckpointException>(() => Run(_teacher, new(1, 0))).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(InFolder("out")));

        Run(relative, new InverseDepthAlignment(0.1, 0.5));
        using var copy = LeRobotDataset.Open(InFolder("out"));
        var frame = copy.ReadEpisode(0).Frames[0];
        var (map, written) = (relative.Infer(EncodedPicture.Decode(frame.Pictures["wrist"].Span)), DepthPng.Decode(frame.Depths["wrist"].Span));
        for (var i = 0; i < map.Values.Length; i++) Assert.Equal(1000 / (0.1 * map.Values[i] + 0.5), written.Millimetres[i], 1.0);
    }

    [Fact]
    public void Run_WithNothingToLabel_SaysSo()
    {
        DepthLabelling.Run(InFolder("data"), _teacher, InFolder("out"), null, 4, _ => { }, CancellationToken.None);
        void Again() => DepthLabelling.Run(InFolder("out"), _teacher, InFolder("more"), null, 4, _ => { }, CancellationToken.None);
        Assert.Contains("got depth for each of its cameras already; there is nothing to label", Assert.Throws<DatasetException>(Again).Message, StringComparison.Ordinal);
    }

    private static void Write(string folder, params int[] lengths)
    {
        var spec = new DatasetSpec
        {
            Fps = 10,
            Features =
            [
                Feature.Picture("primary", Size), Feature.Picture("wrist", Size), Feature.Depth("primary", Size), Feature.State("x"), Feature.Action("x"),
                Feature.Label("score", [2]),
            ],
        };
        var random = new Random(4);
        using var writer = DatasetWriter.Open(folder, spec);
        foreach (var length in lengths) writer.Append($"task {writer.Count % 2}", [.. Enumerable.Range(0, length).Select(i => Frame(random, i))]);
    }

    private static EpisodeFrame Frame(Random random, int index)
    {
        ReadOnlyMemory<byte> Picture()
        {
            var pixels = new byte[Size.Bytes];
            random.NextBytes(pixels);
            return PngCodec.Encode(new RgbImage(Size.Width, Size.Height, pixels));
        }

        ReadOnlyMemory<byte> depth = DepthPng.Encode(new DepthImage(Size, [.. Enumerable.Repeat((ushort)(700 + index), Size.Width * Size.Height)]));
        return new EpisodeFrame
        {
            Seconds = index / 10.0, State = [index], Action = [-index],
            Pictures = ImmutableDictionary<string, ReadOnlyMemory<byte>>.Empty.Add("primary", Picture()).Add("wrist", Picture()),
            Depths = ImmutableDictionary<string, ReadOnlyMemory<byte>>.Empty.Add("primary", depth),
            Labels = ImmutableDictionary<string, ImmutableArray<float>>.Empty.Add("score", [random.NextSingle(), float.NaN]),
        };
    }

    private string InFolder(string name) => Path.Combine(_folder.FullName, name);
}
