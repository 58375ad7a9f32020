using DepthVla.Robot.Data.Layout;
using DepthVla.Robot.Data.Merging;
using DepthVla.Robot.Data.Reading;
using DepthVla.Robot.Data.Tests.Running;
using DepthVla.Robot.Data.Writing;

namespace DepthVla.Robot.Data.Tests.Merging;

public sealed class DatasetPartsTests : IDisposable
{
    private readonly ScratchFolder _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void Merge_PartsWrittenAtOnce_IsOneDataset()
    {
        Parallel.For(0, 4, part =>
        {
            using var writer = DatasetWriter.Open(DatasetParts.Folder(_scratch.Path, part), Samples.Spec);
            for (var i = 0; i < 3 + part; i++) writer.Append($"task {part} {i % 2}", Samples.Frames(1 + i, seed: 10 * part + i));
        });

        var result = DatasetParts.Merge(_scratch.Path);

        Assert.Equal((18, 52L), (result.Episodes, result.Frames));
        Assert.Empty(result.Skipped);
        Assert.Equal(["data", "meta"], Directory.GetDirectories(_scratch.Path).Select(Path.GetFileName).Order());
        using var dataset = LeRobotDataset.Open(_scratch.Path);
        Assert.Empty(dataset.Verify());
        Assert.Empty(dataset.Notes);
        Assert.Equal(8, dataset.Tasks.Count);
        var episode = 0;
        for (var part = 0; part < 4; part++)
        {
            for (var i = 0; i < 3 + part; i++, episode++)
            {
                Assert.Equal($"task {part} {i % 2}", dataset.ReadEpisode(episode).Instruction);
                Same.Frames(Samples.Frames(1 + i, seed: 10 * part + i), dataset.ReadEpisode(episode).Frames);
            }
        }
        var columns = "min(\"index\"), max(\"index\"), count(DISTINCT \"index\"), max(episode_index)";
        Assert.Equal(["0|51|52|17"], Sql.Rows($"SELECT {columns} FROM read_parquet('{_scratch["data/*/*.parquet"]}')"));
    }

    [Fact]
    public void Merge_EpisodeBroken_IsNamedAndLeftOut()
    {
        for (var part = 0; part < 2; part++) Samples.Write(DatasetParts.Folder(_scratch.Path, part), 2, 3);
        Sql.Rewrite(_scratch["parts/part-001/data/chunk-000/episode_000000.parquet"], "SELECT * FROM frames LIMIT 1");

        var result = DatasetParts.Merge(_scratch.Path);

        Assert.Equal(
            "part-001, episode 0 (data/chunk-000/episode_000000.parquet): it has 1 frames, but its meta data promise 2",
            Assert.Single(result.Skipped).ToString());
        using var dataset = LeRobotDataset.Open(_scratch.Path);
        Assert.Equal([2, 3, 3], dataset.Episodes.Select(entry => entry.Length));
        Assert.Empty(dataset.Verify());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Merge_KilledBefore_BeginsAnew(int moved)
    {
        for (var part = 0; part < 2; part++) Samples.Write(DatasetParts.Folder(_scratch.Path, part), 2, 3);
        Samples.Write(_scratch["merging"], 2);
        if (moved >= 1) Directory.Move(_scratch["merging/data"], _scratch["data"]);
        if (moved >= 2) Directory.Delete(_scratch["merging"], recursive: true);

        Assert.Equal(4, DatasetParts.Merge(_scratch.Path).Episodes);
        using var dataset = LeRobotDataset.Open(_scratch.Path);
        Assert.Empty(dataset.Verify());
    }

    [Fact]
    public void Merge_PartsWithoutEpisodes_GiveAnEmptyDataset()
    {
        DatasetWriter.Open(DatasetParts.Folder(_scratch.Path, 0), Samples.Spec).Dispose();
        Assert.Equal(0, DatasetParts.Merge(_scratch.Path).Episodes);
        using var dataset = LeRobotDataset.Open(_scratch.Path);
        Assert.Empty(dataset.Episodes);
    }

    [Fact]
    public void Merge_NoParts_IsRefused() => AssertRefused("expected a folder with parts/part-000 and so on, got none;");

    [Fact]
    public void Merge_DatasetIsThere_IsRefused()
    {
        Samples.Write(_scratch.Path, 1);
        Samples.Write(DatasetParts.Folder(_scratch.Path, 0), 1);
        AssertRefused("expected parts and no dataset yet, got a folder 'meta';");
    }

    [Fact]
    public void Merge_PartsDiffer_IsRefused()
    {
        Samples.Write(DatasetParts.Folder(_scratch.Path, 0), 1);
        DatasetWriter.Open(DatasetParts.Folder(_scratch.Path, 1), Samples.Spec with { Fps = 20 }).Dispose();
        AssertRefused("part-001: expected the rate and features of");
    }

    [Fact]
    public void Merge_PartIsStillWritten_IsRefused()
    {
        using var writer = DatasetWriter.Open(DatasetParts.Folder(_scratch.Path, 0), Samples.Spec);
        AssertRefused("expected a dataset that nobody else writes, got one with another writer;");
    }

    private void AssertRefused(string expected) =>
        Assert.Contains(expected, Assert.Throws<DatasetException>(() => DatasetParts.Merge(_scratch.Path)).Message, StringComparison.Ordinal);
}
