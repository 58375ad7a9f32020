using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Transforms;
using FsCheck;
using FsCheck.Xunit;

namespace DepthVla.Robot.Model.Tests.Transforms;

/// <summary>A robot of two joints, the first a delta and the second (a gripper) absolute, before a network of three and four numbers.</summary>
public sealed class RobotTransformTests
{
    private static readonly RobotTransform Transform = Create();
    private static readonly JointVector State = JointVector.From([0.5, 0.02]);

    private static double StateStd => 0.5 + 1e-6;

    private static double ActionStd => 0.1 + 1e-6;

    [Fact]
    public void ToNetwork_State_IsNormalisedAndPaddedWithZeros()
    {
        var state = Transform.ToNetwork(State);
        Assert.Equal([(0.5 - 0.2) / StateStd, (0.02 - 0.03) / (0.01 + 1e-6), 0], state);
    }

    [Fact]
    public void ToNetwork_Actions_DeltaIsRelativeToTheStateOfAllSteps()
    {
        var actions = Transform.ToNetwork([0.7f, 0.04f, 0.9f, 0.01f], State);
        Assert.Equal(2 * 4, actions.Length);
        Assert.Equal((0.7f - 0.5 - 0.01) / ActionStd, actions[0], 1e-12);
        Assert.Equal((0.9f - 0.5 - 0.01) / ActionStd, actions[4], 1e-12);            // the same state, not the step before
        Assert.Equal((0.04f - 0.025) / (0.008 + 1e-6), actions[1], 1e-12);           // the gripper as it is
        Assert.Equal((0.01f - 0.025) / (0.008 + 1e-6), actions[5], 1e-12);
        Assert.Equal([0, 0, 0, 0], [actions[2], actions[3], actions[6], actions[7]]);
    }

    [Fact]
    public void ToRobot_Actions_AddTheStateToDeltasAloneAndDropThePadding()
    {
        var actions = Transform.ToRobot([1, 2, 99, 99, -1, 0, 99, 99], State);
        Assert.Equal([(float)(1 * ActionStd + 0.01 + 0.5), (float)(2 * (0.008 + 1e-6) + 0.025), (float)(-1 * ActionStd + 0.01 + 0.5), 0.025f], actions);
    }

    [Fact]
    public void ToRobot_ZeroFromTheNetwork_IsTheMeanMoveFromTheState() => Assert.Equal([0.51f, 0.025f], Transform.ToRobot(new double[4], State));

    /// <summary>float32 keeps 24 bits of the action; the state is a float64 that it rounds once.</summary>
    [Property]
    public bool ToRobot_OfToNetwork_IsTheActions(short first, short second, short state, bool quantile)
    {
        var (transform, present) = (Create(quantile ? NormalizationMethod.Quantile : NormalizationMethod.ZScore), JointVector.From([state * 1e-3, state * 2e-3]));
        float[] actions = [first * 1e-3f, second * 1e-3f, second * 2e-3f, first * 3e-3f];
        var back = transform.ToRobot(transform.ToNetwork(actions, present), present);
        return actions.Zip(back).All(p => Math.Abs(p.First - p.Second) <= 1e-7f * (1 + Math.Abs(p.First)));
    }

    private static RobotTransform Create(NormalizationMethod normalization = NormalizationMethod.ZScore)
    {
        var tiny = Presets.Load("depthvla-tiny-joints");
        var config = tiny with
        {
            Network = tiny.Network with { StateDim = 3, ActionDim = 4 },
            Policy = tiny.Policy with { Joints = tiny.Policy.Joints[..2], DeltaMask = [true, false], Normalization = normalization },
        };
        return new RobotTransform(config, new NormStats
        {
            Stats = new StateAndActionStats
            {
                State = new DimensionStats { Mean = [0.2, 0.03], Std = [0.5, 0.01], Q01 = [-1, 0], Q99 = [1.5, 0.05] },
                Actions = new DimensionStats { Mean = [0.01, 0.025], Std = [0.1, 0.008], Q01 = [-0.3, 0.01], Q99 = [0.2, 0.04] },
            },
        });
    }
}
