using DepthVla.Robot.Core.Kinematics;
using DepthVla.Robot.Simulation.Arms;

namespace DepthVla.Robot.Simulation.Tests.Kinematics;

public sealed class InverseKinematicsTests
{
    private readonly InverseKinematics _inverse = new(Wx250s.Description);
    private readonly SerialChain _chain = new(Wx250s.Description);

    [Fact]
    public void Solve_WholeTableFromHome_PutsTheToolThere()
    {
        for (var x = 0.16; x <= 0.401; x += 0.04)
            for (var y = -0.20; y <= 0.201; y += 0.05)
                for (var z = 0.02; z <= 0.161; z += 0.07)
                    for (var yaw = -1.5; yaw <= 1.51; yaw += 0.5)
                    {
                        var goal = new Pose(new(x, y, z), RotationMatrix.ToolDown(yaw));
                        var found = _inverse.Solve(goal, Wx250s.Home);

                        Assert.True(found.Reached, $"x {x}, y {y}, z {z}, yaw {yaw}: {found}");
                        Assert.Equal(0, (_chain.Tool(found.Joints).Position - goal.Position).Length(), 1e-6);
                    }
    }

    [Fact]
    public void Solve_Home_IsHome()
    {
        var found = _inverse.Solve(new(new(0.24, 0, 0.16), RotationMatrix.ToolDown(0)), Wx250s.Home);

        for (var j = 0; j < found.Joints.Count; j++) Assert.Equal(Wx250s.Home[j], found.Joints[j], 1e-5);
    }

    [Theory]
    [InlineData(1.5, 0, 0.2)]
    [InlineData(0, 0, 2)]
    [InlineData(double.NaN, 0, 0.2)]
    public void Solve_OutOfReach_SaysSoAndStaysWithinTheLimits(double x, double y, double z)
    {
        var found = _inverse.Solve(new(new(x, y, z), RotationMatrix.ToolDown(0)), Wx250s.Home);

        Assert.False(found.Reached);
        for (var j = 0; j < found.Joints.Count; j++)
            Assert.InRange(found.Joints[j], Wx250s.Description.Joints[j].MinPosition, Wx250s.Description.Joints[j].MaxPosition);
    }

    [Fact]
    public void Solve_AnyGoal_AllocatesNothing()
    {
        var goal = new Pose(new(0.3, 0.1, 0.1), RotationMatrix.ToolDown(0.3));
        _ = _inverse.Solve(goal, Wx250s.Home);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) _ = _inverse.Solve(goal, Wx250s.Home);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
