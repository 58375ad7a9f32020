using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Model.Configuration;

namespace DepthVla.Robot.Model.Tests.Configuration;

/// <summary>What config.json may say of actions, and the statistics that go with it.</summary>
public sealed class ActionConfigTests
{
    private static readonly CheckpointConfig Tiny = Presets.Load("depthvla-tiny-joints");
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
        AssertListed(PerStep, 7, "norm_stats.actions.mean: expected 112 numbers, 16 steps of 7, step by step, got 7");
        AssertListed(PerStep, 7, "norm_stats.actions.std: expected 112 numbers, 16 steps of 7, step by step, got 7");
        AssertListed(Tool, 112, "norm_stats.actions.mean: expected 7 numbers, one for each of dx, dy, dz, rx, ry, rz and the gripper(s), got 112");
        AssertListed(Tiny, 112, "norm_stats.actions.mean: expected 7 numbers, one a joint, got 112");
    }

    [Fact]
    public void Problems_ManyAtOnce_AreAllListed()
    {
        var config = Tool with { Policy = Tool.Policy with { Grippers = 3, ExecuteSteps = 17 } };
        AssertListed(config, 8, "policy.actions: expected at most network.action_dim (8) numbers a step, got 9, a tool pose and its gripper(s)");
        AssertListed(config, 8, "policy.execute_steps: expected 1 to network.action_horizon (16), got 17");
        AssertListed(config, 8, "norm_stats.actions.mean: expected 9 numbers");
    }

    [Fact]
    public void Problems_NumbersOutOfRange_AreListed()
    {
        AssertListed(Tiny with { Policy = Tiny.Policy with { Grippers = 1 } }, 7, "policy.grippers: expected nothing");
        AssertListed(Tool with { Policy = Tool.Policy with { Grippers = -1 } }, 5, "policy.grippers: expected 0 to 6");
        AssertListed(Tool with { Policy = Tool.Policy with { ExecuteSteps = 0 } }, 7, "policy.execute_steps");
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

    private static void AssertListed(CheckpointConfig config, int actions, string problem) =>
        Assert.Contains(CheckpointConfigCheck.Problems(config, Stats(actions)), p => p.StartsWith(problem, StringComparison.Ordinal));

    private static NormStats Stats(int actions) => new()
    {
        Stats = new StateAndActionStats
        {
            State = Presets.NominalStats().Stats.State,
            Actions = new DimensionStats { Mean = [.. new double[actions]], Std = [.. Enumerable.Repeat(1.0, actions)] },
        },
    };
}
