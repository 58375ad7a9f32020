using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Drivers.Dynamixel;
using DepthVla.Robot.Drivers.Emulation.Dynamixel;

namespace DepthVla.Robot.Drivers.Tests.Dynamixel;

public sealed class StartCheckTests
{
    /// <summary>One of each, all told at once, and not a byte written to any motor.</summary>
    [Fact]
    public void Open_EveryMotorHasAProblem_TellsThemAllAndWritesNothing()
    {
        using var bus = EmulatedBus.WidowX250s();
        bus.Do(b =>
        {
            b[1].Model = 1060;
            b[2].Firmware = 37;
            b[3].Ticks += 99;
            b[4].BaudRate = 57_600;
            b[5].Protocol = 1;
            b.Motors.Remove(b[6]);
            b[7][70] = 1 << 5;
            b[7].IsReversed = false;
            b[8][146] = 71;
            b[8].Set16(144, 91);
            b[9][68] = 1;
            b[9][10] |= 1 << 3;
        });

        var e = Refused(bus, Quick(bus));
        Assert.Equal(
        [
            "motor 1 (waist): is model 1060, expected XM430-W350 (1020)",
            "motor 2 (shoulder): firmware 37 has no bus watchdog; update it to 38 or newer",
            "motor 7 (wrist_angle): its drive mode counts forward; set bit 0 to 1",
            "motor 7 (wrist_angle): hardware error: overload; find out why, then restart the motor",
            "motor 8 (wrist_rotate): 9.1 V are less than 10.0 V",
            "motor 8 (wrist_rotate): 71 °C are more than 65 °C",
            "motor 9 (gripper): its drive mode lets a goal switch torque on; clear bit 3",
            "motor 9 (gripper): status return level is 1; set it to 2",
            "motor 3 (shoulder_shadow): stands 0.153 rad from shoulder, whose shadow it is; set its homing offset",
            "motor 5 (elbow_shadow): speaks protocol 1.0; set its protocol type to 2",
            "motor 4 (elbow): answers at 57600 baud, not at 1000000",
            "motor 6 (forearm_roll): no answer at 1000000 baud nor at any other; check its number, cable and power",
        ], e.Problems);
        Assert.All(e.Problems, p => Assert.Contains(p, e.Message, StringComparison.Ordinal));
        Assert.Empty(bus.Writes);
    }

    [Fact]
    public void Open_SettingsThatWouldHurt_AreTold()
    {
        using var bus = EmulatedBus.WidowX250s();
        bus.Do(b =>
        {
            b[1][64] = 1;
            b[1][11] = 16;
            b[3][12] = 4;
            b[5][10] |= 1 << 2;
            b[6].Set32(48, 3000);
            b[8].Ticks = 5000;
            b[9][68] = 0;
        });
        Assert.Equal(
        [
            "motor 1 (waist): torque is on in operating mode 16; support the arm and switch its torque off",
            "motor 3 (shoulder_shadow): also listens to number 4; set its secondary ID to 255",
            "motor 5 (elbow_shadow): its drive mode takes profiles for times, not speeds; clear bit 2",
            "motor 6 (forearm_roll): its position limits are 0 to 3000 ticks, but the joint needs 0 to 4096",
            "motor 8 (wrist_rotate): stands at 5000 ticks, outside its position limits 0 to 4095; move it by hand",
            "motor 9 (gripper): answers pings, but nothing else; set its status return level to 2",
        ], Refused(bus, Quick(bus) with { ProfileVelocity = 1 }).Problems);
        Assert.Empty(bus.Writes);
    }

    [Fact]
    public void Open_OptionsAndMotorsThatDoNotFit_AreToldAtOnceBeforeThePortIsTouched()
    {
        var joints = WidowX250s.Joints.RemoveAt(0).SetItem(0, WidowX250s.Joints[1] with { Shadows = [] });
        joints = joints.SetItem(1, joints[1] with { Motor = joints[1].Motor with { Id = 300, Sign = 0 } });
        var e = Assert.Throws<DynamixelException>(() => DynamixelArm.Open(Arms.Description, joints, new()
        {
            Port = "/dev/ttyNONE", BaudRate = 1, Rate = double.NaN, AnswerTimeout = TimeSpan.Zero, MaxMissedCycles = 0, BusWatchdog = TimeSpan.FromSeconds(3),
            MaxTemperature = 100, MinVoltage = 0, ProfileVelocity = -1, ProfileAcceleration = double.NaN, Priority = 100,
        }, MonotonicClock.System));
        Assert.Equal(
        [
            "baud rate", "rate", "answer timeout", "missed cycles", "bus watchdog", "temperature",
            "voltage", "profile velocity", "profile acceleration", "priority",
            "joint waist", "motor 300 (elbow)", "motor 300 (elbow)",
        ], e.Problems.Select(p => p.Split(": ")[0]));
    }

    [Fact]
    public void Options_WatchdogThatOneLostAnswerCouldTrip_IsRefused()
    {
        DynamixelArmOptions options = new() { Port = "/dev/ttyUSB0" };
        Assert.Empty(options.Problems());
        Assert.Single((options with { BusWatchdog = TimeSpan.FromMilliseconds(20) }).Problems());
        Assert.Single((options with { AnswerTimeout = TimeSpan.FromMilliseconds(150) }).Problems());
    }

    [Fact]
    public void Open_OtherModeAndProfile_AreSetWhileTorqueIsOff()
    {
        using var bus = EmulatedBus.WidowX250s();
        bus.Do(b => b[9][11] = 16); // as the maker's software leaves the gripper
        using var arm = Arms.Open(bus, Arms.Options(bus) with { ProfileVelocity = Math.PI, ProfileAcceleration = 10 });
        bus.Do(b =>
        {
            Assert.Equal(3, b[9][11]);
            Assert.All(b.Motors, m => Assert.Equal((27, 131), (m.Get32(108), m.Get32(112)))); // of 0.3745 rad/s² and 0.02398 rad/s
        });
    }

    [Fact]
    public void Open_WatchdogsThatTripped_AreClearedAndTheArmTakenWhereItIs()
    {
        using var bus = EmulatedBus.WidowX250s();
        bus.Do(b =>
        {
            foreach (var motor in b.Motors) (motor[64], motor.WatchdogUnits) = (1, 255);
            foreach (var motor in b.Motors) motor.Set32(116, motor.Ticks + 50); // it never got there
        });
        var before = bus.At(b => b.Motors.Select(m => m.Ticks).ToArray());
        using var arm = Arms.Open(bus);
        bus.Do(b => Assert.All(b.Motors.Zip(before), p => Assert.InRange(p.First.Ticks - p.Second, -1, 1))); // a shadow hears its leader's goal too
    }

    /// <summary>A motor that passes every check and then refuses: what was limp before is limp again.</summary>
    [Fact]
    public void Open_MotorRefusesItsTorque_LeavesTheArmLimp()
    {
        using var bus = EmulatedBus.WidowX250s();
        bus.Do(b => b[9].RefusesTorque = true);
        var e = Refused(bus, Arms.Options(bus));
        Assert.Equal(["motor 9 (gripper): does not take its torque: the value is out of range"], e.Problems);
        bus.Do(b => Assert.All(b.Motors, m => Assert.False(m.IsTorqueOn)));
    }

    private static DynamixelArmOptions Quick(EmulatedBus bus) => Arms.Options(bus) with { AnswerTimeout = TimeSpan.FromMilliseconds(250) };

    private static DynamixelException Refused(EmulatedBus bus, DynamixelArmOptions options) =>
        Assert.Throws<DynamixelException>(() => Arms.Open(bus, options).Dispose());
}
