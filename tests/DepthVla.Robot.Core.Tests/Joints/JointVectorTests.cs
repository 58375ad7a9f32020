using DepthVla.Robot.Core.Joints;
using FsCheck.Xunit;

namespace DepthVla.Robot.Core.Tests.Joints;

public sealed class JointVectorTests
{
    [Property]
    public bool From_AnyValues_KeepsThem(double[] values)
    {
        var kept = values.Take(JointVector.MaxJoints).ToArray();
        return JointVector.From(kept).ToArray().AsSpan().SequenceEqual(kept);
    }

    [Fact]
    public void From_TooManyJoints_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => JointVector.From(new double[JointVector.MaxJoints + 1]));

    [Fact]
    public void Copy_ThenChange_LeavesTheOriginal()
    {
        var original = JointVector.From([1, 2, 3]);
        var copy = original;
        copy[1] = 9;
        Assert.Equal(2, original[1]);
        Assert.NotEqual(original, copy);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void IsFinite_OneBadValue_IsFalse(double bad) => Assert.False(JointVector.From([0, bad]).IsFinite);
}
