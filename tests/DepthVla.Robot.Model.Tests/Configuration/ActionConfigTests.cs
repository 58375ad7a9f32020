using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Model.Configuration;

namespace DepthVla.Robot.Model.Tests.Configuration;

/// <summary>What config.json may say of actions, and the statistics that go with it.</summary>
public sealed class ActionConfigTests
{
    private static readonly CheckpointConfig Tiny = Presets.Load("depthvla-tiny");
    private static readonly CheckpointConfig Tool = Tiny with { Policy = Tiny.Policy with { Actions = ActionRepresentation.ToolPoseDelta, ExecuteSteps = 8 } };
    private static readonly CheckpointConfig PerStep = Tool with { Policy = Tool.Policy with { Normalization = NormalizationMethod.ZScorePerStep } };

    [Fact]
    public void Problems_ToolPoses_None()
    {
        Assert.Empty(CheckpointConfigCheck.Problems(Tool, Stats(7)));
        Assert.Empty(CheckpointConfigCheck.Problems(PerStep, Stats(16 * 7)));
        Assert.Equal((7, 7, 8), (Tiny.Policy.Dims, Tool.Policy.Dims, (Tool.Policy with { Grippers = 2 }).Dims));
    }

    [Fact]
    public void Problems_StatisticsOfAnotherLength_SayHowManyAndWhy()
    {
        Assert.Contains("norm_stats.actions.mean: expected 112 numbers, 16 steps of 7, step by step, got 7", CheckpointConfigCheck.Problems(PerStep, Stats(7)));
        Assert.Contains("norm_stats.actions.std: expected 112 numbers, 16 steps of 7, step by step, got 7", CheckpointConfigCheck.Problems(PerStep, Stats(7)));
        Assert.Contains("norm_stats.actions.mean: expected 7 numbers, one for each of dx, dy, dz, rx, ry, rz and the gripper(s), got 112", CheckpointConfigCheck.Problems(Tool, Stats(112)));
        Assert.Contains("norm_stats.actions.mean: expected 7 numbers, one a joint, got 112", CheckpointConfigCheck.Problems(Tiny, Stats(112)));
    }

    [Fact]
    public void Problems_ManyAtOnce_AreAllListed()
    {
        var problems = CheckpointConfigCheck.Problems(Tool with { Policy = Tool.Policy with { Grippers = 3, ExecuteSteps = 17 } }, Stats(9));
        Assert.Equal(["policy.actions", "policy.execute_steps"], problems.Select(p => p[..p.IndexOf(':', StringComparison.Ordinal)]).Order(StringComparer.Ordinal));
        Assert.Contains(CheckpointConfigCheck.Problems(Tiny with { Policy = Tiny.Policy with { Grippers = 1 } }, Stats(7)), p => p.StartsWith("policy.grippers", StringComparison.Ordinal));
        Assert.Contains(CheckpointConfigCheck.Problems(Tool with { Policy = Tool.Policy with { Grippers = -1 } }, Stats(5)), p => p.StartsWith("policy.grippers", StringComparison.Ordinal));
        Assert.Contains(CheckpointConfigCheck.Problems(Tool with { Policy = Tool.Policy with { ExecuteSteps = 0 } }, Stats(7)), p => p.StartsWith("policy.execute_steps", StringComparison.Ordinal));
    }

    [Fact]
    public void Write_NewKeys_OnlyWhereTheyAreSaid()
    {
        var (old, said) = (ModelJson.Write(Tiny), ModelJson.Write(PerStep));
        Assert.DoesNotContain("execute_steps", old, StringComparison.Ordinal);
        Assert.DoesNotContain("grippers", old, StringComparison.Ordinal);
        Assert.DoesNotContain("dims", old, StringComparison.Ordinal);
        foreach (var text in (string[])["\"actions\": \"tool_pose_delta\"", "\"execute_steps\": 8", "\"normalization\": \"z_score_per_step\""])
        {
            Assert.Contains(text, said, StringComparison.Ordinal);
        }

        Assert.Equal(said, ModelJson.Write(ModelJson.Read<CheckpointConfig>(said, "config.json")));
    }

    private static NormStats Stats(int actions) => new()
    {
        Stats = new StateAndActionStats
        {
            State = Presets.NominalStats().Stats.State,
            Actions = new DimensionStats { Mean = [.. new double[actions]], Std = [.. Enumerable.Repeat(1.0, actions)] },
        },
    };
}
