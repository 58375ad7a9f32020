using DepthVla.Robot.Learning.Optimisation;

namespace DepthVla.Robot.Learning.Tests.Optimisation;

public sealed class LearningRateTests
{
    private static readonly LearningRate Rate = new(Peak: 1, WarmUpSteps: 10, Steps: 110, FinalShare: 0.1);

    [Theory]
    [InlineData(0, 0.1)]
    [InlineData(9, 1)]
    [InlineData(10, 1)]
    [InlineData(60, 0.55)]
    [InlineData(110, 0.1)]
    [InlineData(1000, 0.1)]
    public void At_RisesThenFollowsHalfACosine(long step, double expected) => Assert.Equal(expected, Rate.At(step), 1e-12);
}
