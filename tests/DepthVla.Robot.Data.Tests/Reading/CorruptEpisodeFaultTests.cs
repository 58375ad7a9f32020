using DepthVla.Robot.Data.Episodes;
using DepthVla.Robot.Data.Reading;
using DepthVla.Robot.Data.Tests.Running;
using FsCheck;
using FsCheck.Xunit;

namespace DepthVla.Robot.Data.Tests.Reading;

/// <summary>One episode of three is broken in one way: it alone is left out, and its cause is said.</summary>
public sealed class CorruptEpisodeFaultTests : IDisposable
{
    private const string File1 = "data/chunk-000/episode_000001.parquet";

    private readonly ScratchFolder _scratch = new();

    public CorruptEpisodeFaultTests() => Samples.Write(_scratch.Path, 3, 4, 2);

    /// <summary>What the rows are made of, and what is then said.</summary>
    public static TheoryData<string, string> Rows => new()
    {
        { "SELECT * FROM frames LIMIT 3", "it has 3 frames, but its meta data promise 4" },
        { "SELECT * FROM (SELECT * FROM frames UNION ALL SELECT * REPLACE (4 AS frame_index) FROM frames WHERE frame_index = 3)", "it has 5 frames, but" },
        { "SELECT * FROM frames WHERE false", "it has 0 frames, but its meta data promise 4" },
        { "SELECT * FROM frames ORDER BY frame_index DESC", "frame 0: its frame_index is 3" },
        { "SELECT * REPLACE (7 AS episode_index) FROM frames", "frame 0: its episode_index is 7" },
        { "SELECT * REPLACE (9 AS task_index) FROM frames", "frame 0: task_index: there is no task 9 in the dataset" },
        { "SELECT * REPLACE ([1, 'nan'::FLOAT, 3] AS \"action\") FROM frames", "frame 0: action[1] is NaN" },
        {
            "SELECT * REPLACE (CASE frame_index WHEN 2 THEN [1, 2, '-inf'::FLOAT] ELSE [1, 2, 3]::FLOAT[] END AS \"observation.state\") FROM frames",
            "frame 2: observation.state[2] is -Infinity"
        },
        { "SELECT * REPLACE ([1, 2]::FLOAT[] AS \"action\") FROM frames", "frame 0: action: 2 numbers instead of 3" },
        { "SELECT * REPLACE ([1, NULL, 3]::FLOAT[] AS \"action\") FROM frames", "frame 0: action: The list contains null value" },
        { "SELECT * REPLACE (NULL::FLOAT[] AS \"observation.state\") FROM frames", "frame 0: observation.state: a number is missing" },
        { "SELECT * REPLACE ([[1, 2], [3, 4]]::FLOAT[][] AS \"labels.boxes\") FROM frames", "frame 0: labels.boxes: 4 numbers instead of 8" },
        { "SELECT * REPLACE (0.5::FLOAT AS timestamp) FROM frames", "frame 1: its timestamp, 0.5 s, is not later than the one before, 0.5 s" },
        { "SELECT * REPLACE ('nan'::FLOAT AS timestamp) FROM frames", "frame 0: its timestamp is NaN" },
        {
            "SELECT * REPLACE ({'bytes': NULL::BLOB, 'path': 'x.png'} AS \"observation.images.wrist\") FROM frames",
            "frame 0: observation.images.wrist: there is no picture in the file"
        },
        {
            "SELECT * REPLACE ({'bytes': ''::BLOB, 'path': ''} AS \"observation.images.wrist\") FROM frames",
            "frame 0: observation.images.wrist: there is no picture: 0 bytes"
        },
        {
            "SELECT * REPLACE (\"observation.images.primary\" AS \"observation.depth.primary\") FROM frames",
            "frame 0: observation.depth.primary: the PNG has 8 bits a sample"
        },
        { "SELECT * EXCLUDE (\"action\") FROM frames", "it cannot be read: Binder Error: Referenced column \"action\" not found" },
        { "SELECT * REPLACE (1 AS \"observation.images.primary\") FROM frames", "it cannot be read: Binder Error" },
        { "SELECT * REPLACE ('three' AS \"action\") FROM frames", "frame 0: action: " },
    };

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [MemberData(nameof(Rows))]
    public void ReadEpisodes_RowsAreWrong_NamesEpisodeAndCause(string select, string expected)
    {
        Sql.Rewrite(_scratch[File1], select);
        AssertNamed(File1, expected);
    }

    [Fact]
    public void ReadEpisodes_FileMissing_NamesEpisodeAndCause()
    {
        File.Delete(_scratch[File1]);
        AssertNamed(File1, "the file does not exist");
    }

    [Fact]
    public void ReadEpisodes_PictureCutShort_NamesEpisodeAndCauseWhenDecoded()
    {
        const string Picture = "\"observation.images.primary\"";
        Sql.Rewrite(_scratch[File1], $"SELECT * REPLACE ({{'bytes': unhex(substr(hex({Picture}.bytes), 1, 800)), 'path': ''}} AS {Picture}) FROM frames");
        AssertNamed(File1, "frame 0: observation.images.primary: the PNG is broken or cut short (400 bytes)");

        using var dataset = LeRobotDataset.Open(_scratch.Path);
        Assert.Equal(4, dataset.ReadEpisode(1, new() { DecodePictures = false }).Frames.Length);
        Assert.Empty(dataset.ReadEpisode(1, ReadOptions.Numbers).Frames[0].Pictures);
    }

    [Property(MaxTest = 60)]
    public void ReadEpisodes_FileCutShort_NamesEpisode(DoNotSize<uint> seed)
    {
        var bytes = File.ReadAllBytes(_scratch["data/chunk-000/episode_000000.parquet"]);
        File.WriteAllBytes(_scratch[File1], bytes[..(int)(seed.Item % bytes.Length)]);
        AssertNamed(File1, "it cannot be read: ");
    }

    [Property(MaxTest = 60)]
    public void ReadEpisodes_FileDamaged_NamesEpisodeOrReadsIt(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        var file = _scratch["data/chunk-000/episode_000002.parquet"];
        var bytes = File.ReadAllBytes(file);
        var spoiled = (byte[])bytes.Clone();
        for (var i = 0; i < 1 + random.Next(20); i++) spoiled[^(1 + random.Next(random.Next(1, spoiled.Length)))] = (byte)random.Next(256);
        File.WriteAllBytes(file, spoiled);
        using var dataset = LeRobotDataset.Open(_scratch.Path);
        var problems = new List<EpisodeProblem>();
        var read = dataset.ReadEpisodes([0, 1, 2], problems.Add).Select(episode => episode.Index).ToList();
        Assert.Equal([0, 1, 2], read.Concat(problems.Select(problem => problem.Episode)).Order());
        Assert.DoesNotContain(problems, problem => problem.Episode < 2);
        File.WriteAllBytes(file, bytes);
    }

    private void AssertNamed(string file, string cause)
    {
        using var dataset = LeRobotDataset.Open(_scratch.Path);
        var problems = new List<EpisodeProblem>();
        Assert.Equal([0, 2], dataset.ReadEpisodes([0, 1, 2], problems.Add).Select(episode => episode.Index));
        var problem = Assert.Single(problems);
        Assert.Equal((1, file), (problem.Episode, problem.File));
        Assert.StartsWith(cause, problem.Cause, StringComparison.Ordinal);
        Assert.Equal(problem, Assert.Single(dataset.Verify()));
        Assert.Equal(problem, Assert.Throws<CorruptEpisodeException>(() => dataset.ReadEpisode(1)).Problem);
    }
}
