using DepthVla.Robot.Core.Kinematics;
using DepthVla.Robot.Core.Robots;
using FsCheck.Xunit;

namespace DepthVla.Robot.Core.Tests.Kinematics;

public sealed class PoseDeltaTests
{
    [Fact]
    public void From_ShiftAndTurn_AreInTheBaseFrame()
    {
        var from = new Pose(new(0.2, 0, 0.1), RotationMatrix.ToolDown(0.5));
        var goal = new PoseDelta(new(0.01, 0.02, -0.03), new(0, 0, Math.PI / 2)).From(from);

        Assert.Equal(0, (goal.Position - new Vector3d(0.21, 0.02, 0.07)).Length(), 1e-15);
        Assert.Equal(0, RotationMatrix.ToolDown(0.5 + Math.PI / 2).To(goal.Rotation).Length(), 1e-12);
    }

    [Fact]
    public void Between_TheSame_IsNothing() => Assert.Equal(default, PoseDelta.Between(Some(1, 2), Some(1, 2)));

    [Property]
    public bool Between_ThenFrom_IsTheGoal(int a, int b, int c)
    {
        var (from, goal) = (Some(a, b), Some(b, c));
        var reached = PoseDelta.Between(from, goal).From(from);
        return (reached.Position - goal.Position).Length() < 1e-9 && reached.Rotation.To(goal.Rotation).Length() < 1e-7;
    }

    /// <summary>The rotation vector of a turn by more than half a turn is the shorter way round.</summary>
    [Property]
    public bool From_ThenBetween_TurnsAsFar(int a, int b, int c)
    {
        var turn = new Vector3d(a % 100 * 0.03, b % 100 * 0.03, c % 100 * 0.03);
        var from = Some(a, c);
        var back = PoseDelta.Between(from, new PoseDelta(default, turn).From(from)).Turn.Length();
        return Math.Abs(Math.Cos(back) - Math.Cos(turn.Length())) < 1e-9;
    }

    private static Pose Some(int a, int b) => new(
        new(a % 1000 * 1e-3, b % 1000 * 1e-3, 0.1), RotationMatrix.About(new(0, 0, 1), a * 0.37) * RotationMatrix.About(new(0.6, 0.8, 0), b * 0.53));
}
