using System.Text.Json.Nodes;
using DepthVla.Robot.Data.Episodes;
using DepthVla.Robot.Data.Reading;
using DepthVla.Robot.Data.Tests.Running;

namespace DepthVla.Robot.Data.Tests.Statistics;

public sealed class DatasetStatisticsTests : IDisposable
{
    private readonly ScratchFolder _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void Of_SomeEpisodes_IsOfTheirFramesAlone()
    {
        Samples.Write(_scratch.Path, 30, 40, 50);
        using var dataset = LeRobotDataset.Open(_scratch.Path);
        var statistics = DatasetStatistics.Of(dataset, [0, 2], problem => Assert.Fail(problem.ToString()));

        double[] elbow = [.. ((int[])[0, 2]).SelectMany(index => dataset.ReadEpisode(index).Frames).Select(frame => (double)frame.State[1])];
        Assert.Equal(80, statistics.State!.Count);
        Assert.Equal(elbow.Average(), statistics.State.Mean[1], 1e-12);
        Assert.Equal(Math.Sqrt(elbow.Average(x => Math.Pow(x - elbow.Average(), 2))), statistics.State.Std[1], 1e-12);

        statistics.Write(_scratch.Path);
        var json = JsonNode.Parse(File.ReadAllText(_scratch["meta/stats.json"]))!;
        Assert.Equal(statistics.State.Mean[1], (double)json["observation.state"]!["mean"]![1]!);
        Assert.Equal(statistics.Action!.Q99[2], (double)json["action"]!["q99"]![2]!);
        Assert.Equal(80, (int)json["action"]!["count"]![0]!);
    }

    [Fact]
    public void Of_EpisodeBroken_IsNamedAndDoesNotCount()
    {
        Samples.Write(_scratch.Path, 3, 4);
        Sql.Rewrite(_scratch["data/chunk-000/episode_000001.parquet"], "SELECT * REPLACE (['nan'::FLOAT, 1, 2] AS \"action\") FROM frames");
        using var dataset = LeRobotDataset.Open(_scratch.Path);
        var problems = new List<EpisodeProblem>();
        Assert.Equal(3, DatasetStatistics.Of(dataset, [0, 1], problems.Add).Action!.Count);
        Assert.Equal("frame 0: action[0] is NaN", Assert.Single(problems).Cause);
    }

    [Fact]
    public void Of_Nothing_IsNothing()
    {
        Samples.Write(_scratch.Path, 3);
        using var dataset = LeRobotDataset.Open(_scratch.Path);
        Assert.Equal(new DatasetStatistics(null, null), DatasetStatistics.Of(dataset, [], _ => { }));
    }
}
