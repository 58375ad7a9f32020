using System.Collections.Immutable;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Simulation.Referee;

namespace DepthVla.Robot.Simulation.Tests.Referee;

/// <summary>A made-up arm: one joint that turns a tool 1 m out about z, and a gripper; 10 ms from command to command.</summary>
public sealed class SafetyRefereeTests
{
    private const double Period = 0.01;

    private static readonly RobotDescription Arm = new()
    {
        Name = "hand",
        Joints =
        [
            new("turn", JointUnit.Radian, -1, 1, MaxVelocity: 2, MaxAcceleration: 10),
            new("grip", JointUnit.Metre, 0, 0.04, MaxVelocity: 1, MaxAcceleration: 100, IsGripper: true),
        ],
        Chain = [new(0, default, new(0, 0, 1))],
        Tool = new(1, 0, 0),
        Workspace = new(new(0, -0.5, -0.1), new(1.1, 0.5, 0.1)),
    };

    private readonly SafetyReferee _referee = new(new SafetyRules
    {
        Robot = Arm,
        Hardware = [Arm.Joints[0] with { MinPosition = -1.1, MaxPosition = 1.1, MaxVelocity = 3 }, Arm.Joints[1] with { MaxVelocity = 2 }],
        ControlPeriod = TimeSpan.FromSeconds(Period),
    });

    [Fact]
    public void Judge_MovementAtEveryLimit_FindsNothing() => Assert.Empty(_referee.Judge(Smooth()));

    /// <summary>Where it begins and ends to accelerate, that changes by 10 rad/s² in a period of 10 ms.</summary>
    [Theory]
    [InlineData(1001, false)]
    [InlineData(999, true)]
    public void Judge_BendsThatChangeAtOnce_AreFoundWhereJerkIsLimited(double limit, bool isFound)
    {
        var arm = Arm with { Joints = [Arm.Joints[0] with { MaxJerk = limit }, Arm.Joints[1]] };
        var referee = new SafetyReferee(new SafetyRules { Robot = arm, Hardware = Arm.Joints, ControlPeriod = TimeSpan.FromSeconds(Period) });
        var found = referee.Judge(Smooth()).Where(v => v.Kind == ViolationKind.CommandJerk).ToArray();
        Assert.Equal(isFound ? 1 : 0, found.Length);
        if (isFound) Assert.Equal(1000, Math.Abs(found[0].Worst), 1e-3);
    }

    [Fact]
    public void Judge_EmptyLog_FindsNothing() => Assert.Empty(_referee.Judge([]));

    [Fact]
    public void Judge_CommandsNeverSeen_FindsNothing() => // every third, as by a physics that is slower than the control
        Assert.Empty(_referee.Judge(Smooth().Where((_, i) => i % 3 == 0).ToArray()));

    [Fact]
    public void Judge_CommandsSeenTwice_FindsNothing() => Assert.Empty(_referee.Judge(Smooth().SelectMany(s => new[] { s, s }).ToArray()));

    [Fact]
    public void Judge_OneCommandTooFar_FindsVelocityAndAcceleration()
    {
        var log = Smooth();
        log[30] = WithTurn(log[30], log[30].Commanded[0] + 0.004);

        var found = _referee.Judge(log);

        var velocity = Assert.Single(found, v => v.Kind == ViolationKind.CommandVelocity);
        Assert.Equal(("turn", log[30].TimeNs, 1), (velocity.Joint, velocity.FirstTimeNs, velocity.Count));
        Assert.Equal(2.4, velocity.Worst, 1e-9);
        Assert.Equal(2, velocity.Limit, 1e-5);
        var acceleration = Assert.Single(found, v => v.Kind == ViolationKind.CommandAcceleration);
        Assert.Equal(3, acceleration.Count);             // up, down, and back
        Assert.Equal(-80, acceleration.Worst, 1e-6);
        Assert.Equal(2, found.Length);
    }

    [Fact]
    public void Judge_FirstCommandAlreadyMoving_FindsAcceleration()
    {
        PhysicsSample[] log = [Sample(0, 0, 0), Sample(1, 1, 0.02)]; // 2 rad/s out of rest: 200 rad/s²

        Assert.Equal([ViolationKind.CommandAcceleration], _referee.Judge(log).Select(v => v.Kind));
    }

    [Fact]
    public void Judge_FirstCommandFarFromTheArm_FindsVelocityAndAcceleration()
    {
        PhysicsSample[] log = [Sample(0, 0, 0), Sample(1, 1, 0.03)];

        Assert.Equal([ViolationKind.CommandVelocity, ViolationKind.CommandAcceleration], _referee.Judge(log).Select(v => v.Kind));
    }

    [Fact]
    public void Judge_FirstCommandWhereTheArmStands_FindsNothing()
    {
        // Held at 0, the arm sags to 0.015: there the commands begin.
        PhysicsSample[] log = [Sample(0, 0, 0) with { Positions = JointVector.From([0.015, 0.02]) }, Sample(1, 1, 0.015), Sample(2, 2, 0.016)];

        Assert.Empty(_referee.Judge(log));
    }

    [Theory]
    [InlineData(0.1, 0)]                                                                         // held where a hand left it
    [InlineData(0.5, 1)]                                                                         // and sent far away from there
    public void Judge_ArmThatAHandLedAndThatCreepsStill_MayBeHeldWhereItWasReadButBeSentNowhereElse(double next, int least)
    {
        PhysicsSample[] log =
        [
            Sample(0, 0, 0), Sample(1, 50, 0.1) with { Episode = 1, Positions = JointVector.From([0.105, 0.02]) }, Sample(2, 51, next) with { Episode = 1 }, Sample(3, 52, next) with { Episode = 1 },
        ];

        Assert.InRange(_referee.Judge(log).Length, least, 10 * least);
    }

    [Fact]
    public void Judge_LogStartsInTheMiddle_DoesNotGuessTheVelocity()
    {
        PhysicsSample[] log = [Sample(7, 70, 0.1), Sample(8, 71, 0.12), Sample(9, 72, 0.14)];

        Assert.Empty(_referee.Judge(log));
    }

    [Fact]
    public void Judge_JumpBetweenEpisodes_FindsNothing()
    {
        PhysicsSample[] log = [Sample(0, 0, 0.4), Sample(1, 0, -0.4) with { Episode = 1 }];

        Assert.Empty(_referee.Judge(log));
    }

    [Fact]
    public void Judge_AllCommandsAtOnce_FindsTheBurst()
    {
        var log = Smooth();
        for (var i = 0; i < log.Length; i++) log[i] = log[i] with { TimeNs = i * 2_000_000L }; // five times as fast as they may be

        var burst = Assert.Single(_referee.Judge(log));
        Assert.Equal((ViolationKind.CommandBurst, "turn"), (burst.Kind, burst.Joint));
    }

    [Fact]
    public void Judge_CommandOutsideTheRange_FindsPosition()
    {
        PhysicsSample[] log = [Sample(0, 0, 0) with { Commanded = JointVector.From([0, 0.041]) }];

        var found = Assert.Single(_referee.Judge(log));
        Assert.Equal(new SafetyViolation(ViolationKind.CommandPosition, "grip", 0, 1, 0.041, 0.04), found);
    }

    [Fact]
    public void Judge_ToolOutsideTheBox_FindsWorkspace()
    {
        PhysicsSample[] log = [Sample(0, 0, 0.6)]; // y = sin 0.6

        var found = Assert.Single(_referee.Judge(log));
        Assert.Equal((ViolationKind.CommandWorkspace, "tool"), (found.Kind, found.Joint));
        Assert.Equal(Math.Sin(0.6) - 0.5, found.Worst, 1e-12);
    }

    /// <summary>A rod along the arm, 5 cm thick, swings to 0.4 rad: past a post at 0.3 rad, and nearer than 0.5 m to another rod.</summary>
    [Fact]
    public void Judge_HullWhereItMustNotBe_FindsEachWithHowFar()
    {
        var rod = new LinkCapsule("rod", 0, new(0.2, 0, 0), new(0.9, 0, 0), 0.05);
        var arm = Arm with
        {
            Capsules = [rod, new("stand", LinkCapsule.Base, new(0.5, 0.8, -1), new(0.5, 0.8, 1), 0.1)],
            KeepOut = [new("post", new(new(0.5, 0.3, -1), new(0.6, 0.4, 1))), new("stand's", new(new(0.4, 0.7, -1), new(0.6, 0.9, 1)))],
            Apart = [new(0, 1, 0.5)],
        };
        var found = Judge(arm, [Sample(0, 0, 0.4)]);

        Assert.Equal([ViolationKind.CommandKeepOut, ViolationKind.CommandSelfDistance], found.Select(v => v.Kind));
        Assert.Equal(["rod in post", "rod to stand"], found.Select(v => v.Joint));
        Assert.Equal(0.05 - ((0.3 * Math.Cos(0.4)) - (0.6 * Math.Sin(0.4))), found[0].Worst, 1e-12);           // from the post's nearest edge, across
        Assert.Equal((0.8 * Math.Cos(0.4)) - (0.5 * Math.Sin(0.4)) - 0.15, found[1].Worst, 1e-12);
        Assert.Equal(0.5, found[1].Limit);
        Assert.Empty(Judge(arm, [Sample(0, 0, 0.0)]));
    }

    [Theory]
    [InlineData(2.001, false)]
    [InlineData(1.999, true)]
    public void Judge_ToolFasterThanItMay_FindsIt(double most, bool isFound) =>
        Assert.Equal(isFound ? [ViolationKind.CommandToolSpeed] : [], Judge(Arm with { MaxToolSpeed = most }, Smooth()).Select(v => v.Kind));

    private static ImmutableArray<SafetyViolation> Judge(RobotDescription arm, PhysicsSample[] log) =>
        new SafetyReferee(new SafetyRules { Robot = arm, Hardware = arm.Joints, ControlPeriod = TimeSpan.FromSeconds(Period) }).Judge(log);

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Judge_CommandNotFinite_FindsItMalformedAndJudgesTheRest(double bad)
    {
        var log = Smooth();
        log[50] = WithTurn(log[50], bad);

        Assert.Equal([ViolationKind.MalformedCommand], _referee.Judge(log).Select(v => v.Kind));
    }

    [Fact]
    public void Judge_CommandForTooFewJoints_FindsItMalformed() =>
        Assert.Equal([ViolationKind.MalformedCommand], _referee.Judge([Sample(0, 0, 0) with { Commanded = JointVector.From([0]) }]).Select(v => v.Kind));

    [Fact]
    public void Judge_ArmBeyondItsHardware_FindsPositionAndVelocity()
    {
        PhysicsSample[] log =
        [
            Sample(0, 0, 0) with { Positions = JointVector.From([-1.2, 0.02]), Velocities = JointVector.From([0, -2.5]) },
            Sample(1, 0, 0) with { Positions = JointVector.From([-1.3, 0.02]), Velocities = JointVector.From([double.NaN, 0]) },
        ];

        Assert.Equal(
            [
                new SafetyViolation(ViolationKind.MeasuredPosition, "turn", 0, 2, -1.3, -1.1),
                new SafetyViolation(ViolationKind.MeasuredVelocity, "grip", 0, 1, -2.5, 2),
                new SafetyViolation(ViolationKind.MeasuredVelocity, "turn", 10_000_000, 1, double.NaN, 3),
            ],
            _referee.Judge(log));
    }

    // From rest at the full acceleration to the full velocity, on, and back to rest: 0.8 rad, inside the box.
    private static PhysicsSample[] Smooth()
    {
        var log = new List<PhysicsSample> { Sample(0, 0, -0.4) };
        var (position, velocity) = (-0.4, 0.0);
        for (var i = 1; i <= 80; i++)
        {
            velocity = Math.Clamp(velocity + (i <= 40 ? 0.1 : -0.1), 0, 2);
            position += velocity * Period;
            log.Add(Sample(i, i, position));
        }
        return [.. log];
    }

    private static PhysicsSample WithTurn(PhysicsSample sample, double turn) => sample with { Commanded = JointVector.From([turn, 0.02]) };

    private static PhysicsSample Sample(int step, long number, double turn) => new()
    {
        TimeNs = step * 10_000_000L, Episode = 0, CommandNumber = number, Commanded = JointVector.From([turn, 0.02]),
        Positions = JointVector.From([turn, 0.02]), Velocities = JointVector.Zero(2), Tool = default,
    };
}
