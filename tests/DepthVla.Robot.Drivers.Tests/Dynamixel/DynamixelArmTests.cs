using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Drivers.Dynamixel;
using DepthVla.Robot.Drivers.Emulation.Dynamixel;

namespace DepthVla.Robot.Drivers.Tests.Dynamixel;

public sealed class DynamixelArmTests
{
    private const int Torque = 64, Watchdog = 98, Goal = 116;
    private const double Tick = 2 * Math.PI / 4096;

    [Fact]
    public void Open_LimpArm_HoldsWhereItIsAndStartsNoMovement()
    {
        using var bus = EmulatedBus.WidowX250s();
        var before = bus.Motors.Select(m => m.Ticks).ToArray();
        using var arm = Arms.Open(bus);

        bus.Do(b =>
        {
            Assert.All(b.Motors, m => Assert.True(m.IsTorqueOn));
            Assert.All(b.Motors, m => Assert.Equal(127, m.WatchdogUnits)); // 2.54 s
            Assert.Equal(before, b.Motors.Select(m => m.Ticks)); // each where it was, shadows too: none pulls at its leader
        });
        Assert.Null(arm.Fault);
        Assert.Equal(7, arm.Read().Positions.Count);
        Assert.Equal((2001 - 2048) * Tick, arm.Read().Positions[0], 1e-9);
    }

    [Fact]
    public void Open_LimpArm_GivesEveryMotorItsGoalBeforeAnyGetsTorque()
    {
        using var bus = EmulatedBus.WidowX250s();
        using var arm = Arms.Open(bus);

        var writes = bus.Writes.ToList();
        var firstTorque = writes.FindIndex(w => w.Address == Torque && w.Data[0] == 1);
        var goals = writes.Take(firstTorque).Where(w => w.Address == Goal).Select(w => w.Id).Distinct().Order();
        Assert.Equal(Enumerable.Range(1, 9), goals);
        Assert.DoesNotContain(writes.Take(firstTorque), w => w.Address == Watchdog && w.Data[0] != 0);
    }

    [Fact]
    public async Task Write_Command_ArrivesAtMotorsAndComesBackAsState()
    {
        using var bus = EmulatedBus.WidowX250s();
        using var arm = Arms.Open(bus);
        var before = MonotonicClock.System.NowNs;
        var cycles = arm.Cycles;

        arm.Write(Arms.Command(Arms.Pose));
        await Arms.Eventually(() => Math.Abs(arm.Read().Positions[0] - 0.5) < Tick);

        var state = arm.Read();
        Assert.InRange(state.TimeNs, before, MonotonicClock.System.NowNs);
        Assert.All(Enumerable.Range(0, 6), j => Assert.Equal(Arms.Pose[j], state.Positions[j], Tick / 2));
        Assert.Equal(0.025, state.Positions[6], 0.014 * 2 * Tick / 2); // of a horn of 14 mm, twice over where the rod adds to it
        Assert.True(arm.Cycles > cycles);
        Assert.Equal(2048 + (int)Math.Round(0.5 / Tick), bus.At(b => b[1].GoalTicks));
    }

    /// <summary>The cycle after the next at the latest: the one under way when the command came may have sent its goals already.</summary>
    [Fact]
    public async Task Write_Command_GoesOutWithTheNextCycle()
    {
        using var bus = EmulatedBus.WidowX250s();
        using var arm = Arms.Open(bus);
        await Arms.Eventually(() => arm.Cycles > 2);

        var sent = bus.Writes.Length;
        arm.Write(Arms.Command(Arms.Pose));
        await Arms.Eventually(() => bus.Writes.Length > sent + 4);

        var goal = 2048 + (int)Math.Round(0.5 / Tick);
        Assert.Contains(bus.Writes[sent..(sent + 4)], w => w.Id == 254 && w.Address == Goal && w.Data[0] == 1 && BitConverter.ToInt32(w.Data, 1) == goal);
    }

    [Fact]
    public async Task Write_ShadowedJoint_BothMotorsGetTheSameGoal()
    {
        using var bus = EmulatedBus.WidowX250s();
        bus.Do(b => b[5][12] = 255); // one follows by its secondary number, one by its own alone
        using var arm = Arms.Open(bus);

        arm.Write(Arms.Command(Arms.Pose));
        await Arms.Eventually(() => Math.Abs(arm.Read().Positions[2] - 0.3) < Tick);

        bus.Do(b =>
        {
            Assert.Equal((b[2].GoalTicks, b[4].GoalTicks), (b[3].GoalTicks, b[5].GoalTicks));
            Assert.Equal(2048 + (int)Math.Round(-0.4 / Tick), b[3].GoalTicks); // it counts in reverse by its own drive mode
        });
    }

    [Fact]
    public async Task Write_MotorWithASignAndAZeroOfItsOwn_IsDrivenAndReadByThem()
    {
        using var bus = EmulatedBus.WidowX250s();
        var waist = WidowX250s.Joints[0];
        var turned = WidowX250s.Joints.SetItem(0, waist with { Motor = waist.Motor with { Sign = -1, ZeroTicks = 2040 } });
        using var arm = DynamixelArm.Open(Arms.Description, turned, Arms.Options(bus), MonotonicClock.System);

        arm.Write(Arms.Command(Arms.Pose));
        await Arms.Eventually(() => Math.Abs(arm.Read().Positions[0] - 0.5) < Tick);
        bus.Do(b => b[1].VelocityUnits = 100);
        await Arms.Eventually(() => arm.Read().Velocities[0] != 0);

        Assert.Equal(2040 - (int)Math.Round(0.5 / Tick), bus.At(b => b[1].GoalTicks));
        Assert.Equal(-100 * 0.229 * 2 * Math.PI / 60, arm.Read().Velocities[0], 1e-9);
    }

    [Fact]
    public async Task Write_NotFiniteOrOfOtherLength_ChangesNothingAndIsCounted()
    {
        using var bus = EmulatedBus.WidowX250s();
        using var arm = Arms.Open(bus);
        var goals = bus.At(b => b.Motors.Select(m => m.GoalTicks).ToArray());

        foreach (var (number, bad) in new[] { With(3, double.NaN), With(0, double.PositiveInfinity), JointVector.Zero(6) }.Index())
        {
            arm.Write(Arms.Command(bad));
            await Arms.Eventually(() => arm.RefusedCommands == number + 1);
        }

        Assert.Equal(goals, bus.At(b => b.Motors.Select(m => m.GoalTicks).ToArray()));
        Assert.Null(arm.Fault);
    }

    [Fact]
    public async Task Write_BeyondTheLimits_IsCutToWhatJointAndMotorAllow()
    {
        using var bus = EmulatedBus.WidowX250s();
        using var arm = Arms.Open(bus);

        arm.Write(Arms.Command(JointVector.From([9, 9, 9, 9, 9, 9, 9])));
        await Arms.Eventually(() => bus.At(b => b[1].GoalTicks) == 4095);

        // A joint's end may lie a tick beyond the motor's, which would take nothing then.
        Assert.Equal([4095, 3345, 3345, 3094, 3094, 4095, 3447, 4095], bus.At(b => b.Motors.Take(8).Select(m => m.GoalTicks).ToArray()));
        await Arms.Eventually(() => Math.Abs(arm.Read().Positions[6] - 0.037) < 1e-4);
    }

    /// <summary>The nearest tick may be a little beyond a limit, and an arm that is read there is not started again.</summary>
    [Fact]
    public async Task Write_Limits_LeavesEveryJointWithinThem()
    {
        using var bus = EmulatedBus.WidowX250s();
        using var arm = Arms.Open(bus);
        foreach (var upper in (bool[])[true, false])
        {
            var limits = JointVector.From([.. arm.Description.Joints.Select(joint => upper ? joint.MaxPosition : joint.MinPosition)]);
            arm.Write(Arms.Command(limits));
            await Arms.Eventually(() => arm.Read().Positions.AsReadOnlySpan().ToArray().Zip(limits.AsReadOnlySpan().ToArray()).All(j => Math.Abs(j.First - j.Second) < 2 * Tick));

            Assert.All(arm.Description.Joints.Zip(arm.Read().Positions.AsReadOnlySpan().ToArray()), j => Assert.InRange(j.Second, j.First.MinPosition, j.First.MaxPosition));
        }
    }

    [Fact]
    public void ReadAndWrite_ControlThread_AllocateNothing()
    {
        using var bus = EmulatedBus.WidowX250s();
        using var arm = Arms.Open(bus);
        var (command, sum) = (Arms.Command(Arms.Pose), 0.0);
        Assert.Equal(0, Allocations.InSteadyState(() =>
        {
            sum += arm.Read().Positions[0] + arm.Currents[0];
            arm.Write(in command);
        }));
        Assert.True(double.IsFinite(sum));
    }

    [Fact]
    public async Task Currents_MotorThatMeasures_AreAmperes()
    {
        using var bus = EmulatedBus.WidowX250s();
        bus.Do(b => b.Motors.ForEach(m => m.Set16(126, -100)));
        using var arm = Arms.Open(bus);
        await Arms.Eventually(() => arm.Currents[0] != 0);
        Assert.Equal(-0.269, arm.Currents[0], 1e-9);
        Assert.Equal(0, arm.Currents[6]); // an XL430 estimates a load
        var efforts = arm.Read().Efforts;
        Assert.Equal(-0.269 * 4.1 / 2.3, efforts[0], 1e-9);
        Assert.Equal(2 * efforts[0], efforts[1], 1e-9);           // two motors push the shoulder
        Assert.Equal(-0.15, efforts[5], 1e-9);                    // a tenth of what an XL430 can
        Assert.True(efforts[6] < 0 && double.IsFinite(efforts[6]));
    }

    [Fact]
    public void Strengths_WidowX_AreNoMoreThanItsMotorsHave()
    {
        var arm = WidowX250s.Strengths(Arms.Description with { Joints = [.. Arms.Description.Joints.Select(joint => joint with { MaxEffort = 10 })] });
        Assert.Equal([0.95 * 4.1, 0.95 * 8.2, 0.95 * 8.2, 0.95 * 4.1, 0.95 * 4.1, 0.95 * 1.5, 10], arm.Joints.Select(joint => joint.MaxEffort));
    }

    [Fact]
    public async Task Dispose_HoldPosition_LeavesTorqueOnWithoutWatchdogAtTheLastCommand()
    {
        using var bus = EmulatedBus.WidowX250s();
        var arm = Arms.Open(bus);
        await Arms.Eventually(() => arm.Cycles > 2);
        arm.Write(Arms.Command(Arms.Pose));
        arm.Dispose();
        arm.Dispose();

        bus.Do(b =>
        {
            Assert.All(b.Motors, m => Assert.Equal((true, 0), (m.IsTorqueOn, m.WatchdogUnits)));
            Assert.Equal(2048 + (int)Math.Round(0.5 / Tick), b[1].GoalTicks);
        });

        using var again = Arms.Open(bus); // as if nothing had been
        Assert.Equal(0.5, again.Read().Positions[0], Tick);
    }

    [Fact]
    public void Dispose_TorqueOff_LeavesTheArmLimp()
    {
        using var bus = EmulatedBus.WidowX250s();
        Arms.Open(bus, Arms.Options(bus) with { AtRelease = AtRelease.TorqueOff }).Dispose();
        bus.Do(b => Assert.All(b.Motors, m => Assert.False(m.IsTorqueOn)));
    }

    private static JointVector With(int joint, double value)
    {
        var pose = Arms.Pose;
        pose[joint] = value;
        return pose;
    }
}
