using DepthVla.Robot.Core.Kinematics;
using DepthVla.Robot.Core.Robots;
using FsCheck.Xunit;

namespace DepthVla.Robot.Core.Tests.Kinematics;

public sealed class RotationTests
{
    [Fact]
    public void About_QuarterTurnAboutZ_TakesXToY()
    {
        var turned = RotationMatrix.About(new(0, 0, 1), Math.PI / 2) * new Vector3d(1, 0, 0);

        Assert.Equal(0, (turned - new Vector3d(0, 1, 0)).Length(), 1e-15);
    }

    [Fact]
    public void ToolDown_AnyYaw_PointsTheToolDown()
    {
        Assert.Equal(new Vector3d(0, 0, -1), RotationMatrix.ToolDown(0.7).X);
        Assert.Equal(0, (RotationMatrix.ToolDown(Math.PI / 2).Y - new Vector3d(-1, 0, 0)).Length(), 1e-15);
    }

    [Property]
    public bool To_ThenTurnByIt_IsTheGoal(int a, int b, int c)
    {
        var (from, goal) = (Some(a, b), Some(b, c));
        var turn = from.To(goal);
        var angle = turn.Length();
        var reached = angle < 1e-12 ? from : RotationMatrix.About(turn * (1 / angle), angle) * from;
        return angle <= Math.PI + 1e-9 && (reached.X - goal.X).Length() < 1e-7 && (reached.Y - goal.Y).Length() < 1e-7;
    }

    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(0, 1, 0)]
    [InlineData(0, 0, 1)]
    [InlineData(0.6, 0, -0.8)]
    public void To_HalfATurn_FindsTheAxis(double x, double y, double z)
    {
        var axis = new Vector3d(x, y, z);
        var turn = RotationMatrix.Identity.To(RotationMatrix.About(axis, Math.PI));

        Assert.Equal(Math.PI, turn.Length(), 1e-9);
        Assert.Equal(1, Math.Abs(turn.Dot(axis)) / Math.PI, 1e-9);
    }

    private static RotationMatrix Some(int a, int b) => RotationMatrix.About(new(0, 0, 1), a * 0.37) * RotationMatrix.About(new(0.6, 0.8, 0), b * 0.53);
}
