using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Kinematics;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Simulation.Arms;
using DepthVla.Robot.Simulation.MuJoCo;
using DepthVla.Robot.Simulation.Tasks;
using DepthVla.Robot.Simulation.Worlds;

namespace DepthVla.Robot.Simulation.Tests.Worlds;

public sealed class TabletopPhysicsTests : IDisposable
{
    private const double Dt = TabletopPhysics.StepNs * 1e-9;

    private readonly TabletopPhysics _physics = new();
    private readonly SerialChain _chain = new(Wx250s.Description);

    public void Dispose() => _physics.Dispose();

    [Fact]
    public void Step_HoldingAgainstGravity_StaysWithinATenthOfAMillimetre()
    {
        // Home, and stretched out far to the front, where the arm weighs most.
        foreach (var pose in (JointVector[])[Wx250s.Home, JointVector.From([0.3, 0.9, -0.5, 0.4, -0.3, 0.2, 0.03])])
        {
            MoveTo(pose);
            for (var i = 0; i < 500; i++) _physics.Step(pose);

            Assert.Equal(0, (_physics.Tool.Position - _chain.Tool(pose).Position).Length(), 1e-4);
        }
    }

    /// <summary>What the motors give: the arm's weight while it holds itself; all they have while it is told to be inside the table.</summary>
    [Fact]
    public void Measure_HeldAndThenPressedOntoTheTable_ReportsTheMotorsEfforts()
    {
        var joints = Wx250s.Description.Joints;
        for (var i = 0; i < 500; i++) _physics.Step(Wx250s.Home);
        var held = _physics.Measure(0).Efforts;
        Assert.Equal(7, held.Count);
        Assert.InRange(Math.Abs(held[1]), 0.5, 10);
        for (var j = 0; j < 6; j++) Assert.InRange(Math.Abs(held[j]), 0, joints[j].MaxEffort);

        var pressed = Wx250s.Home;
        pressed[1] += 0.7;
        for (var i = 0; i < 1000; i++) _physics.Step(pressed);
        Assert.True(Math.Abs(_physics.Measure(0).Efforts[1]) > joints[1].MaxEffort, $"{_physics.Measure(0).Efforts}");
    }

    [Fact]
    public void Step_OpenHandPressedOnBlocksAndSweptThroughThem_LeavesTheFingersWithinTheirStops()
    {
        // What a clumsy policy does. The tool's speed is the most that a policy may ask for.
        var (driver, stops, widest) = (new ToolDriver(_physics), Wx250s.Hardware[^1], 0.0);
        for (var seed = 0; seed < 12; seed++)
        {
            _physics.Reset(seed);
            var target = _physics.Start;
            var block = _physics.PoseOf("block_red").Position;
            foreach (var (x, y, z) in ((double, double, double)[])[(0, 0.03, 0.1), (0, 0.03, 0.025), (0, -0.06, 0.025), (0, 0.06, 0.025), (0.05, 0, 0.025), (-0.05, 0, 0.022)])
            {
                var goal = driver.Solve(new(block + new Vector3d(x, y, z - block.Z), 0, Wx250s.GripperOpen), target).Joints;
                for (var i = 1; i <= 150; i++)
                {
                    var now = goal;
                    for (var j = 0; j < goal.Count; j++) now[j] = target[j] + ((goal[j] - target[j]) * i / 150);
                    _physics.Step(now);
                    widest = Math.Max(widest, _physics.Measure(0).Positions[6]);
                }

                target = goal;
            }
        }

        Assert.InRange(widest, Wx250s.GripperOpen, stops.MaxPosition);
    }

    [Fact]
    public void Step_SlowSineOfEveryJoint_IsTrackedWithin2Milliradian()
    {
        // 0.2 rad at 0.25 Hz: up to 0.16 rad/s and 0.25 rad/s². What is left is friction and inertia over stiffness.
        var worst = 0.0;
        for (var i = 0; i < 3000; i++)
        {
            var goal = Wx250s.Home;
            for (var j = 0; j < 6; j++) goal[j] += 0.2 * (1 - Math.Cos(2 * Math.PI * 0.25 * i * Dt)) / 2;
            _physics.Step(goal);
            for (var j = 0; j < 6; j++) worst = Math.Max(worst, Math.Abs(_physics.Measure(0).Positions[j] - goal[j]));
        }

        Assert.InRange(worst, 0, 2e-3);
    }

    [Fact]
    public void Step_AllJointsAtTheirLimitsAtOnce_IsTrackedWithin15MilliradianAndBelowTheHardwaresSpeed()
    {
        // There and back at full acceleration and speed: the limits that the description states are ones the arm can follow.
        var (worst, fastest) = (0.0, 0.0);
        var far = JointVector.From([1.0, 0.7, -0.6, 1.0, 0.4, 1.0, 0.036]);
        foreach (var to in (JointVector[])[far, Wx250s.Home])
        {
            var from = _physics.Measure(0).Positions;
            for (var i = 1; i <= 600; i++)
            {
                var goal = to;
                for (var j = 0; j < 6; j++) goal[j] = from[j] + Ramp(to[j] - from[j], i * Dt, Wx250s.Description.Joints[j]);
                _physics.Step(goal);
                var state = _physics.Measure(0);
                for (var j = 0; j < 6; j++)
                {
                    worst = Math.Max(worst, Math.Abs(state.Positions[j] - goal[j]));
                    fastest = Math.Max(fastest, Math.Abs(state.Velocities[j]));
                }
            }
        }

        Assert.InRange(worst, 0, 0.015);
        Assert.InRange(fastest, 1.9, Wx250s.HardwareMaxVelocity);
    }

    [Fact]
    public void Step_SomeCommandsSeenTwiceAndSomeNever_IsTrackedNearlyAsWell()
    {
        var (random, worst) = (new Random(3), 0.0);
        for (var i = 0; i < 2000; i++)
        {
            var (goal, seen) = (Sine(i), Sine(i + random.Next(-1, 1)));
            _physics.Step(seen);
            for (var j = 0; j < 6; j++) worst = Math.Max(worst, Math.Abs(_physics.Measure(0).Positions[j] - goal[j]));
        }

        Assert.InRange(worst, 0, 0.004);

        static JointVector Sine(int step)
        {
            var goal = Wx250s.Home;
            for (var j = 0; j < 6; j++) goal[j] += 0.2 * (1 - Math.Cos(2 * Math.PI * 0.5 * step * Dt)) / 2;
            return goal;
        }
    }

    [Fact]
    public void Reset_ManySeeds_ObjectsRestWhereTheyWereLaidAndTheArmIsHome()
    {
        for (var seed = 0; seed < 10; seed++)
        {
            _physics.Reset(seed);
            foreach (var place in TabletopLayout.Random(TabletopScene.Blocks, seed))
            {
                var pose = _physics.PoseOf(place.Object.Name);
                Assert.Equal(0, (pose.Position - new Core.Robots.Vector3d(place.X, place.Y, place.Object.Height)).Length(), 0.004);
                Assert.True(pose.Rotation.Z.Z > 0.99, $"seed {seed}: {place.Object.Name} lies {pose.Rotation.Z}");
            }

            var state = _physics.Measure(0);
            for (var j = 0; j < state.Positions.Count; j++)
            {
                Assert.Equal(Wx250s.Home[j], state.Positions[j], 1e-4);
                Assert.InRange(state.Positions[j], Wx250s.Description.Joints[j].MinPosition, Wx250s.Description.Joints[j].MaxPosition);
                Assert.Equal(0, state.Velocities[j], 1e-3);
            }
            Assert.True(Wx250s.Description.Workspace.Contains(_physics.Tool.Position));
        }
    }

    [Fact]
    public void Reset_SameSeedAndCommands_GivesTheSameMovementBitForBit()
    {
        using var other = new TabletopPhysics();
        other.Reset(9);
        new ScriptedHand(other).PickUp("block_green", Wx250s.GripperClosed);

        _physics.Reset(2); // whatever came before must not show
        new ScriptedHand(_physics).PickUp("block_red", Wx250s.GripperClosed);
        _physics.Reset(9);
        new ScriptedHand(_physics).PickUp("block_green", Wx250s.GripperClosed);

        Assert.Equal(other.Steps, _physics.Steps);
        Assert.Equal(other.Measure(0), _physics.Measure(0));
        foreach (var item in TabletopScene.Blocks.Stock) Assert.Equal(other.PoseOf(item.Name), _physics.PoseOf(item.Name));
    }

    [Fact]
    public void PlaceObjects_ArmMovedAway_LeavesTheArm()
    {
        MoveTo(JointVector.From([0.3, -0.3, 0.3, 0, 1.3, 0, 0.03]));
        var before = _physics.Measure(0);

        _physics.PlaceObjects(TabletopScene.Kitchen, 5);

        Assert.Equal(before, _physics.Measure(0));
        var carrot = TabletopLayout.Random(TabletopScene.Kitchen, 5).Single(place => place.Object.Name == "carrot");
        Assert.Equal(carrot.X, _physics.PoseOf("carrot").Position.X, 1e-12);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.NegativeInfinity)]
    public void Step_GoalNotFinite_ThrowsAndMovesNothing(double bad)
    {
        var (before, goal) = (_physics.Measure(0), Wx250s.Home);
        goal[2] = bad;

        Assert.Throws<ArgumentException>(() => _physics.Step(goal));
        Assert.Equal(before, _physics.Measure(0));
    }

    [Fact]
    public void Step_GoalForTooFewJoints_Throws() => Assert.Throws<ArgumentException>(() => _physics.Step(JointVector.Zero(6)));

    [Fact]
    public void Step_WildGoals_StaysFinite()
    {
        var random = new Random(1);
        for (var i = 0; i < 2000; i++)
        {
            var goal = Wx250s.Home;
            for (var j = 0; j < goal.Count; j++) goal[j] = Math.Exp(20 * random.NextDouble()) * (random.NextDouble() - 0.5);
            _physics.Step(goal);
        }

        var state = _physics.Measure(0);
        Assert.True(state.Positions.IsFinite && state.Velocities.IsFinite);
    }

    [Fact]
    public void Step_SimulationDiverges_Throws()
    {
        var warnings = Faults.Warnings;
        var scene = TabletopModels.Read(TabletopScene.Blocks).Replace("<option ", "<option gravity=\"0 0 -1e13\" ", StringComparison.Ordinal);

        Assert.Contains("diverged", Assert.Throws<InvalidOperationException>(() => new TabletopPhysics(scene)).Message, StringComparison.Ordinal);
        Assert.True(Faults.Warnings > warnings);
    }

    [Fact]
    public void Step_ManyTimes_AllocatesNothing()
    {
        _physics.Step(Wx250s.Home);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            _physics.Step(Wx250s.Home);
            _ = _physics.Measure(i);
            _ = _physics.Scene(i);
            _ = _physics.Tool;
        }
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private void MoveTo(in JointVector to)
    {
        var from = _physics.Measure(0).Positions;
        for (var i = 1; i <= 1000; i++)
        {
            var goal = to;
            for (var j = 0; j < goal.Count; j++) goal[j] = from[j] + ((to[j] - from[j]) * i / 1000);
            _physics.Step(goal);
        }
    }

    /// <summary>Position after t s on the fastest way from 0 to <paramref name="distance"/> that the limits allow.</summary>
    private static double Ramp(double distance, double t, JointSpec limits)
    {
        var (way, a) = (Math.Abs(distance), limits.MaxAcceleration);
        var top = Math.Min(limits.MaxVelocity, Math.Sqrt(way * a));
        var (rise, total) = (top / a, (way / top) + (top / a));
        var s = t < rise ? 0.5 * a * t * t
            : t < total - rise ? (0.5 * top * rise) + (top * (t - rise))
            : t < total ? way - (0.5 * a * (total - t) * (total - t)) : way;
        return Math.CopySign(s, distance);
    }
}
