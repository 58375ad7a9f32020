using DepthVla.Robot.Control.Plans;
using FsCheck;
using FsCheck.Xunit;

namespace DepthVla.Robot.Control.Tests.Plans;

public sealed class StepCurveTests
{
    [Fact]
    public void Tangent_EvenSteps_IsTheirRise() => Assert.Equal(2, StepCurve.Tangent(2, 2));

    [Fact]
    public void Tangent_GentleChange_IsTheMean() => Assert.Equal(1.5, StepCurve.Tangent(1, 2));

    [Fact]
    public void Tangent_SharpChange_IsThreeTimesTheSmallerRise() => Assert.Equal(-0.3, StepCurve.Tangent(-0.1, -10), 1e-15);

    [Fact]
    public void Tangent_TurningPointOrLastStep_IsZero()
    {
        Assert.Equal(0, StepCurve.Tangent(1, -1));
        Assert.Equal(0, StepCurve.Tangent(0, 1));
        Assert.Equal(0, StepCurve.Tangent(5, null));
    }

    [Fact]
    public void At_Ends_HitsPositionsAndTangents()
    {
        Assert.Equal((1.0, 0.5), StepCurve.At(0, 1, 3, 0.5, -0.25));
        Assert.Equal((3.0, -0.25), StepCurve.At(1, 1, 3, 0.5, -0.25));
    }

    [Property(MaxTest = 500)]
    public void At_AnyFourSteps_StaysBetweenTheMiddleTwoAndSlopeIsItsDerivative(NormalFloat a, NormalFloat b, NormalFloat c, NormalFloat d, byte at)
    {
        var p = new[] { a.Get, b.Get, c.Get, d.Get }.Select(v => Math.Clamp(v, -10, 10)).ToArray();
        var (from, to) = (StepCurve.Tangent(p[1] - p[0], p[2] - p[1]), StepCurve.Tangent(p[2] - p[1], p[3] - p[2]));
        var u = Math.Clamp(at / 255.0, 1e-3, 1 - 1e-3);
        var (position, slope) = StepCurve.At(u, p[1], p[2], from, to);
        Assert.InRange(position, Math.Min(p[1], p[2]) - 1e-12, Math.Max(p[1], p[2]) + 1e-12);
        var difference = (StepCurve.At(u + 1e-6, p[1], p[2], from, to).Position - StepCurve.At(u - 1e-6, p[1], p[2], from, to).Position) / 2e-6;
        Assert.Equal(difference, slope, 1e-7);
    }
}
