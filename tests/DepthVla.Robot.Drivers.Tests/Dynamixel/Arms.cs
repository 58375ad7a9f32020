using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Drivers.Dynamixel;
using DepthVla.Robot.Drivers.Emulation.Dynamixel;

namespace DepthVla.Robot.Drivers.Tests.Dynamixel;

/// <summary>A WidowX 250s at an emulated bus, with the patience that a busy machine asks for.</summary>
internal static class Arms
{
    /// <summary>The published ranges of the joints; the geometry does not matter here.</summary>
    public static RobotDescription Description { get; } = new()
    {
        Name = "wx250s",
        Joints =
        [
            Joint("waist", 3.14158), new("shoulder", JointUnit.Radian, -1.88496, 1.98968, 2, 10), new("elbow", JointUnit.Radian, -2.14675, 1.6057, 2, 10),
            Joint("forearm_roll", 3.14158), new("wrist_angle", JointUnit.Radian, -1.74533, 2.14675, 2, 10), Joint("wrist_rotate", 3.14158),
            new("gripper", JointUnit.Metre, 0.0125, 0.037, 0.1, 2, IsGripper: true),
        ],
        Chain = [],
        Tool = default,
        Workspace = default,
    };

    /// <summary>Inside every range; the gripper half open.</summary>
    public static JointVector Pose { get; } = JointVector.From([0.5, -0.4, 0.3, -0.2, 0.1, 1.0, 0.025]);

    private static TimeSpan Patience { get; } = TimeSpan.FromSeconds(30);

    public static DynamixelArmOptions Options(EmulatedBus bus) => new()
    {
        Port = bus.Path, AnswerTimeout = TimeSpan.FromSeconds(1), BusWatchdog = TimeSpan.FromSeconds(2.54), MaxMissedCycles = 2,
    };

    public static DynamixelArm Open(EmulatedBus bus, DynamixelArmOptions? options = null) =>
        DynamixelArm.Open(Description, WidowX250s.Joints, options ?? Options(bus), MonotonicClock.System);

    public static JointCommand Command(JointVector positions) => new(MonotonicClock.System.NowNs, positions);

    public static async Task Eventually(Func<bool> condition)
    {
        var deadline = MonotonicClock.System.NowNs + (Patience.Ticks * TimeSpan.NanosecondsPerTick);
        while (!condition())
        {
            Assert.True(MonotonicClock.System.NowNs < deadline, $"not within {Patience.TotalSeconds} s");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    private static JointSpec Joint(string name, double reach) => new(name, JointUnit.Radian, -reach, reach, 2, 10);
}
