using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Daemon.Link;

namespace DepthVla.Robot.Daemon.Tests.Link;

public sealed class ObservationRateTests
{
    [Theory]
    [InlineData(0, null, 10)]     // nobody says anything
    [InlineData(0, 3, 5)]         // 15 steps a second, three carried out before the next look
    [InlineData(0, 1, 15)]
    [InlineData(0, 100, 0.5)]
    [InlineData(20, 3, 20)]       // the operator's word goes before the policy's
    [InlineData(20, null, 20)]
    public void Of_ChosenSuggestedOrNeither_IsTheFirstThatThereIs(double chosen, int? executeSteps, double expected) =>
        Assert.Equal(expected, ObservationRate.Of(chosen, Policy(executeSteps)));

    [Fact]
    public void Of_NoSessionYet_IsTheUsual() => Assert.Equal(10, ObservationRate.Of(0, null));

    private static PolicyInfo Policy(int? executeSteps) => new()
    {
        Name = "p", ModelHash = "m", NormalizationHash = "n", Parameters = 1, Trained = true, Precision = "float32", Device = "cpu", Cameras = ["primary"],
        Joints = [new("waist", JointUnit.Radian)], Horizon = 200, StepRateHz = 15, Actions = ActionRepresentation.JointPosition, Dims = 1,
        ExecuteSteps = executeSteps, HasDepth = false,
    };
}
