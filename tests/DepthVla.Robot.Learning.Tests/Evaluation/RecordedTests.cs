using System.Text.Json;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Data.Layout;
using DepthVla.Robot.Data.Reading;
using DepthVla.Robot.Learning.Demonstrations;
using DepthVla.Robot.Learning.Evaluation.OpenLoop;
using DepthVla.Robot.Learning.Evaluation.Policies;

namespace DepthVla.Robot.Learning.Tests.Evaluation;

/// <summary>Policies against demonstrations: one episode of snapshots, one rollout of "put the spoon on the towel".</summary>
public sealed class RecordedTests : IDisposable
{
    private const string Spoon = "put the spoon on the towel";

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public RecordedTests() =>
        DemonstrationRun.Generate(_folder, new DemonstrationPlan { SnapshotEpisodes = 1, Rollouts = 1 }, 1, (_, _, _) => { }, CancellationToken.None);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Replay_OfTheSameJoints_AnswersWithTheRecordedActions()
    {
        using var dataset = LeRobotDataset.Open(_folder);
        var entry = dataset.Episodes.Single(e => e.Tasks is [Spoon]);
        var frames = dataset.ReadEpisode(entry.Index, ReadOptions.Numbers).Frames;
        var policy = new ReplayPolicy(RecordedCommands.Read(_folder, [Spoon]));
        foreach (var at in (int[])[0, 4, 8])
        {
            var chunk = await policy.InferAsync(Observation(at, [.. frames[at].State.Select(v => (double)v)]), TestContext.Current.CancellationToken);
            Assert.Equal(frames[at].Action, chunk.Actions.ToArray()[..7], (a, b) => Math.Abs(a - b) < 1e-5);
            Assert.Equal((8, (at + 1) * 100_000_000L), (chunk.Steps, chunk.FirstStepTimeNs));
        }
    }

    [Fact]
    public void Read_InstructionWithoutEpisode_IsNamed()
    {
        const string Other = "pick up the red block";
        Assert.Contains(Other, Assert.Throws<DatasetException>(() => RecordedCommands.Read(_folder, [Other])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OpenLoop_PolicyThatStays_HasTheErrorOfStaying()
    {
        var report = OpenLoopRun.Run(
            _folder, new HoldPolicy(), PolicyControl.None, new() { ValidationShare = 1, MostFrames = 20 }, (_, _) => { }, CancellationToken.None);
        Assert.Equal(["dx", "dy", "dz", "rx", "ry", "rz", "gripper"], report.Errors.Select(error => error.Name));
        Assert.Equal(["mm", "mm", "mm", "rad", "rad", "rad", "mm"], report.Errors.Select(error => error.Unit));
        Assert.All(report.Errors, error => Assert.Equal(error.Still, error.All, 1e-9));
        Assert.All(report.Errors.Take(3), error => Assert.True(error.First < error.Last && error.Last is > 5 and < 300, $"{error}"));
        Assert.Equal((2, 20), (report.Episodes, report.Frames));
        using var json = JsonDocument.Parse(report.ToJson());
        Assert.Equal(7, json.RootElement.GetProperty("errors").GetArrayLength());
    }

    [Fact]
    public void RecordedChunks_OfWhatWasDone_AreNearTheExpertsOwnPlan()
    {
        using var dataset = LeRobotDataset.Open(_folder);
        var episode = dataset.ReadEpisode(dataset.Episodes.Single(e => e.Tasks is [Spoon]).Index, ReadOptions.Numbers);
        var bare = episode with { Frames = [.. episode.Frames.Select(frame => frame with { Labels = frame.Labels.Clear() })] };
        var recorded = new RecordedChunks(new HoldPolicy().Info);
        var (planned, done) = (recorded.At(episode, 2)!, recorded.At(bare, 2)!);
        Assert.Equal(planned[..6], done[..6], (a, b) => Math.Abs(a - b) < 1e-5);           // the first step is the same command
        for (var i = 0; i < 3; i++) Assert.Equal(planned[49 + i], done[49 + i], 0.08);      // eight steps later: after what happened on the way
    }

    private static Observation Observation(int frame, double[] joints) => new()
    {
        Sequence = frame + 1, CaptureTimeNs = frame * 100_000_000L, BudgetNs = 0, Frames = [], Instruction = Spoon, NoiseSeed = 4,
        Proprioception = JointVector.From(joints),
    };
}
