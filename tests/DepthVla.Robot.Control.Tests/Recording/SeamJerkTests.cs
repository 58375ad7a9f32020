using DepthVla.Robot.Control.Recording;
using DepthVla.Robot.Control.Tests.Fakes;
using DepthVla.Robot.Core.Joints;

namespace DepthVla.Robot.Control.Tests.Recording;

public sealed class SeamJerkTests
{
    private const long PeriodNs = 10_000_000;   // so ten commands to 0.1 s

    private readonly SeamJerk _jerk = new(Arms.WidowX.Joints, PeriodNs);

    [Fact]
    public void Add_CubicMotion_TellsItsJerkOnceTheSeamIsOver()
    {
        List<double> told = [];
        for (var i = 0; i < 40; i++)
        {
            var t = i * PeriodNs * 1e-9;
            if (_jerk.Add(At(elbow: 7 * t * t * t), seam: i == 20) is { } jerk) told.Add(jerk);
        }

        Assert.Equal(42, Assert.Single(told), 6); // the third derivative of 7t³
    }

    [Fact]
    public void Add_WithoutASeam_TellsNothing()
    {
        for (var i = 0; i < 40; i++) Assert.Null(_jerk.Add(At(elbow: i % 2), seam: false));
    }

    [Fact]
    public void Add_NextSeamBeforeTheLastIsOver_TellsTheLast()
    {
        for (var i = 0; i < 4; i++) Assert.Null(_jerk.Add(At(elbow: 0), seam: i == 3));
        Assert.Equal(0, _jerk.Add(At(elbow: 0), seam: true));
    }

    [Fact]
    public void Add_GripperAndCommandsBeforeAnOverrun_DoNotCount()
    {
        for (var i = 0; i < 3; i++) _jerk.Add(At(elbow: i), seam: false);
        _jerk.Begin();
        double? told = null;
        for (var i = 0; i < 10; i++) told = _jerk.Add(At(elbow: 0, gripper: 0.01 * (i % 2)), seam: i == 0);
        Assert.Equal(0, told);
    }

    private static JointVector At(double elbow, double gripper = 0) => JointVector.From([0, 0, elbow, 0, 0, 0, gripper]);
}
