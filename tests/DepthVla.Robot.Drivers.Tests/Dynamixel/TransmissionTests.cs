using DepthVla.Robot.Drivers.Dynamixel;
using FsCheck.Xunit;

namespace DepthVla.Robot.Drivers.Tests.Dynamixel;

public sealed class TransmissionTests
{
    public static TheoryData<Transmission, double, double> All => new()
    {
        { Transmission.Direct, -3, 3 },
        { new LinearTransmission(-0.02, 0.05), -2, 2 },
        { new SliderCrank(0.014, 0.024), -1.5, 1.5 },
    };

    [Theory]
    [MemberData(nameof(All))]
    public void ToMotor_OfToJoint_IsTheAngleAndSlopeIsTheDerivative(Transmission transmission, double from, double to)
    {
        const double H = 1e-6;
        for (var angle = from; angle <= to; angle += 0.01)
        {
            Assert.Equal(angle, transmission.ToMotor(transmission.ToJoint(angle)), 1e-6); // near the dead centre an angle hangs on few digits
            var slope = (transmission.ToJoint(angle + H) - transmission.ToJoint(angle - H)) / (2 * H);
            Assert.Equal(slope, transmission.Slope(angle), 1e-8);
        }
    }

    /// <summary>By hand: at 0 the rod is the hypotenuse, at the dead centres horn and rod lie in line.</summary>
    [Fact]
    public void SliderCrank_ThreePlacesThatCanBeSeen_AreMet()
    {
        var gripper = new SliderCrank(0.014, 0.024);
        Assert.Equal(Math.Sqrt((0.024 * 0.024) - (0.014 * 0.014)), gripper.ToJoint(0), 1e-12);
        Assert.Equal(0.038, gripper.ToJoint(Math.PI / 2), 1e-12);
        Assert.Equal(0.010, gripper.ToJoint(-Math.PI / 2), 1e-12);
    }

    [Property]
    public bool SliderCrank_AnyPosition_GivesAnAngleWithinHalfATurn(double position) =>
        !double.IsFinite(position) || Math.Abs(new SliderCrank(0.014, 0.024).ToMotor(position)) <= Math.PI / 2;
}
