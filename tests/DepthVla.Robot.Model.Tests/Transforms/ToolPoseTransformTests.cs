using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Transforms;
using FsCheck.Xunit;

namespace DepthVla.Robot.Model.Tests.Transforms;

/// <summary>Tool poses of an arm of seven joints, six numbers and a gripper, before a network of eight; and statistics of their own for each step.</summary>
public sealed class ToolPoseTransformTests
{
    private const int Steps = 3, Dims = 7, Width = 8;

    private static readonly JointVector State = JointVector.From([0.5, 0.4, 0.3, 0.2, 0.1, 0.6, 0.02]);

    [Fact]
    public void ToNetwork_ToolPoses_AreNormalisedAsTheyAreWhateverTheStateAndTheDeltaMask()
    {
        var transform = Create(NormalizationMethod.ZScore, Numbers(Dims, i => 0.01 * i), Numbers(Dims, i => 0.1 * (i + 1)));
        var network = transform.ToNetwork([0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f, 0.03f], State);

        Assert.Equal((7, 7, Width), (transform.Joints, transform.Dims, network.Length));
        Assert.Equal((0.1f - 0) / (0.1 + 1e-6), network[0], 1e-12);
        Assert.Equal((0.03f - 0.06) / (0.7 + 1e-6), network[6], 1e-12);
        Assert.Equal(0, network[7]);
        Assert.Equal(network, transform.ToNetwork([0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f, 0.03f], JointVector.Zero(7)));
    }

    [Fact]
    public void ToRobot_ToolPoses_AddNothingAndDropThePadding()
    {
        var transform = Create(NormalizationMethod.ZScore, Numbers(Dims, i => 0.01 * i), Numbers(Dims, _ => 1));
        Assert.Equal([0, 0.01f, 0.02f, 0.03f, 0.04f, 0.05f, 0.06f], transform.ToRobot([0, 0, 0, 0, 0, 0, 0, 99], State));
    }

    [Fact]
    public void PerStep_EachNumberOfEachStep_HasItsOwnStatistics()
    {
        var transform = Create(NormalizationMethod.ZScorePerStep, Numbers(Steps * Dims, i => i), Numbers(Steps * Dims, i => 1 + i));
        var actions = Enumerable.Range(0, Steps * Dims).Select(i => 2f * i + 1).ToArray();     // mean + 1 deviation, each
        var network = transform.ToNetwork(actions, State);

        for (var i = 0; i < Steps * Width; i++) Assert.Equal(i % Width == Dims ? 0 : 1, network[i], 1e-5);
        Assert.Equal(actions, transform.ToRobot(network, State).Select(v => MathF.Round(v, 3)));
    }

    [Fact]
    public void PerStep_JointPositions_AreRelativeFirstAndNormalisedThen()
    {
        var tiny = Presets.Load("depthvla-tiny-joints");
        var config = tiny with
        {
            Network = tiny.Network with { ActionHorizon = Steps },
            Policy = tiny.Policy with { Normalization = NormalizationMethod.ZScorePerStep },
        };
        var transform = new RobotTransform(config, Stats(Numbers(Steps * Dims, i => 0.001 * i), Numbers(Steps * Dims, _ => 0.5)));
        float[] actions = [.. Enumerable.Range(0, Steps).SelectMany(_ => State.ToArray()).Select(v => (float)v)];
        var network = transform.ToNetwork(actions, State);

        Assert.Equal((0 - 0.007) / (0.5 + 1e-6), network[Width], 1e-6);                // waist of step 1: no move from the state
        Assert.Equal((0.02 - 0.013) / (0.5 + 1e-6), network[Width + 6], 1e-6);         // its gripper, as it is
    }

    [Property]
    public bool ToRobot_OfToNetwork_IsTheActions(short a, short b, short c, bool perStep)
    {
        var (count, method) = perStep ? (Steps * Dims, NormalizationMethod.ZScorePerStep) : (Dims, NormalizationMethod.ZScore);
        var transform = Create(method, Numbers(count, i => 1e-3 * a * i), Numbers(count, i => 1e-3 * (i + 1)));
        float[] actions = [.. Enumerable.Range(0, Steps * Dims).Select(i => (i % 3 == 0 ? a : i % 3 == 1 ? b : c) * 1e-3f)];
        var back = transform.ToRobot(transform.ToNetwork(actions, State), State);
        return actions.Zip(back).All(p => Math.Abs(p.First - p.Second) <= 1e-6f * (1 + Math.Abs(p.First)));
    }

    private static RobotTransform Create(NormalizationMethod normalization, double[] mean, double[] std)
    {
        var tiny = Presets.Load("depthvla-tiny-joints");
        return new RobotTransform(tiny with
        {
            Network = tiny.Network with { ActionHorizon = Steps },
            Policy = tiny.Policy with { Actions = ActionRepresentation.ToolPoseDelta, Normalization = normalization },
        }, Stats(mean, std));
    }

    private static NormStats Stats(double[] mean, double[] std)
    {
        var actions = new DimensionStats { Mean = [.. mean], Std = [.. std] };
        return new() { Stats = new StateAndActionStats { State = Presets.NominalStats().Stats.State, Actions = actions } };
    }

    private static double[] Numbers(int count, Func<int, double> value) => [.. Enumerable.Range(0, count).Select(value)];
}
