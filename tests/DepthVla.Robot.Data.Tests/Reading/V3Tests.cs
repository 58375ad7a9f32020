using DepthVla.Robot.Data.Episodes;
using DepthVla.Robot.Data.Layout;
using DepthVla.Robot.Data.Reading;
using DepthVla.Robot.Data.Tests.Running;

namespace DepthVla.Robot.Data.Tests.Reading;

public sealed class V3Tests : IDisposable
{
    private readonly ScratchFolder _scratch = new();

    public V3Tests()
    {
        Samples.Write(_scratch["v2"], 3, 4, 2, 5, 1);
        V3Fixture.Write(_scratch["v2"], _scratch["v3"]);
    }

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void ReadEpisodes_OfV3_AreThoseOfV2()
    {
        using var old = LeRobotDataset.Open(_scratch["v2"]);
        using var dataset = LeRobotDataset.Open(_scratch["v3"]);

        Assert.Equal(old.Episodes.Select(Told), dataset.Episodes.Select(Told));
        Assert.Equal(old.Tasks.OrderBy(task => task.Key), dataset.Tasks.OrderBy(task => task.Key));
        Assert.Equal(old.Info.Features, dataset.Info.Features);
        Assert.Empty(dataset.Notes);
        int[] order = [4, 0, 3, 2, 1];
        foreach (var episode in dataset.ReadEpisodes(order, problem => Assert.Fail(problem.ToString())))
        {
            Assert.Equal(old.ReadEpisode(episode.Index).Instruction, episode.Instruction);
            Same.Frames(old.ReadEpisode(episode.Index).Frames, episode.Frames);
        }
    }

    private static (int, int, string) Told(EpisodeEntry entry) => (entry.Index, entry.Length, string.Join('|', entry.Tasks));

    [Fact]
    public void ReadEpisodes_OneOfAFileIsWrong_TheOtherIsRead()
    {
        Sql.Rewrite(_scratch["v3/data/chunk-000/file-000.parquet"], "SELECT * FROM frames WHERE NOT (episode_index = 0 AND frame_index = 1)");
        using var dataset = LeRobotDataset.Open(_scratch["v3"]);
        Assert.Equal([new EpisodeProblem(0, "data/chunk-000/file-000.parquet", "frame 1: its frame_index is 2")], dataset.Verify());
    }

    [Fact]
    public void ReadEpisodes_FileMissing_NamesAllOfItsEpisodes()
    {
        File.Delete(_scratch["v3/data/chunk-000/file-001.parquet"]);
        using var dataset = LeRobotDataset.Open(_scratch["v3"]);
        Assert.Equal([2, 3], dataset.Verify().Select(problem => problem.Episode));
    }

    [Theory]
    [InlineData("meta/tasks.parquet", "meta/tasks.parquet: expected Parquet of LeRobot's layout v3.0, got ")]
    [InlineData("meta/episodes/chunk-000/file-001.parquet", "meta/episodes: expected Parquet of LeRobot's layout v3.0, got ")]
    public void Open_MetaTableBroken_NamesIt(string file, string expected)
    {
        File.WriteAllText(_scratch["v3", file], "PAR1 and nothing else");
        Assert.StartsWith(expected, Assert.Throws<DatasetException>(() => LeRobotDataset.Open(_scratch["v3"])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("meta/tasks.parquet", "meta/tasks.parquet: expected a file, got nothing: it does not exist;")]
    [InlineData("meta/episodes", "meta/episodes: expected a file, got nothing: it does not exist;")]
    public void Open_MetaTableMissing_NamesIt(string file, string expected)
    {
        if (File.Exists(_scratch["v3", file])) File.Delete(_scratch["v3", file]);
        else Directory.Delete(_scratch["v3", file], recursive: true);
        Assert.StartsWith(expected, Assert.Throws<DatasetException>(() => LeRobotDataset.Open(_scratch["v3"])).Message, StringComparison.Ordinal);
    }
}
