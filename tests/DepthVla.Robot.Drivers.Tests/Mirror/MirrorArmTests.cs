using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Drivers.Mirror;
using DepthVla.Robot.Drivers.Tests.Dynamixel;

namespace DepthVla.Robot.Drivers.Tests.Mirror;

public sealed class MirrorArmTests
{
    private static MirrorArm Arm => new(Arms.Description, Arms.Pose, MonotonicClock.System);

    [Fact]
    public void Read_BeforeTheFirstCommand_IsTheStartAtRest()
    {
        var state = Arm.Read();
        Assert.Equal((Arms.Pose, JointVector.Zero(7)), (state.Positions, state.Velocities));
    }

    [Fact]
    public void Read_AfterCommands_IsTheLastOneAndTheSpeedBetweenTheLastTwo()
    {
        var arm = Arm;
        var (now, goal) = (MonotonicClock.System.NowNs, Arms.Pose);
        arm.Write(new JointCommand(now, goal));
        goal[1] += 0.01;
        arm.Write(new JointCommand(now + 10_000_000, goal));

        Assert.Equal(goal, arm.Read().Positions);
        Assert.Equal(1, arm.Read().Velocities[1], 1e-9);
        Assert.Equal(0, arm.Read().Velocities[0]);
        Assert.Null(((IRobot)arm).Fault);
    }

    [Fact]
    public void ReadAndWrite_ManyTimes_AllocateNothing()
    {
        var arm = Arm;
        var command = new JointCommand(0, Arms.Pose);
        Assert.Equal(0, Allocations.InSteadyState(() =>
        {
            arm.Write(in command);
            _ = arm.Read();
        }));
    }
}
