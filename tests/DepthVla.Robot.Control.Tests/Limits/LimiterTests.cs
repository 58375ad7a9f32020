using DepthVla.Robot.Control.Limits;
using DepthVla.Robot.Control.Tests.Fakes;
using DepthVla.Robot.Core.Joints;
using FsCheck;
using FsCheck.Xunit;

namespace DepthVla.Robot.Control.Tests.Limits;

public sealed class LimiterTests
{
    private const double Dt = 0.002;

    [Property(MaxTest = 200)]
    public void Toward_StandingTarget_GetsThereWithoutOvershootAndStandsStill(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        var (velocity, acceleration) = (Math.Pow(10, Arms.Uniform(random, -1, 1)), Math.Pow(10, Arms.Uniform(random, 0, 2)));
        var limiter = Started(-2, 2, velocity, acceleration, Arms.Uniform(random, -2, 2));
        var (from, target) = (limiter.Command[0], Arms.Uniform(random, -2, 2));

        // The fastest motion there is: accelerate, cruise, brake; the discrete one may take a few periods more.
        var (way, ramp) = (Math.Abs(target - from), velocity * velocity / acceleration);
        var fastest = way > ramp ? way / velocity + velocity / acceleration : 2 * Math.Sqrt(way / acceleration);
        var (low, high) = (Math.Min(from, target), Math.Max(from, target));
        for (var tick = 0; tick <= fastest / Dt + 3; tick++)
        {
            limiter.Toward(JointVector.From([target]), JointVector.Zero(1));
            Assert.InRange(limiter.Command[0], low - 1e-15, high + 1e-15);
        }

        Assert.Equal(target, limiter.Command[0], 1e-15);
        Assert.True(limiter.AtRest);
        for (var tick = 0; tick < 100; tick++)
        {
            Assert.Equal(LimitKinds.None, limiter.Toward(JointVector.From([target]), JointVector.Zero(1)));
            Assert.True(limiter.AtRest);
        }
    }

    [Theory]
    [InlineData(0.5, 1)]
    [InlineData(1, 2)]
    [InlineData(0.2, 4)]
    public void Toward_Sine_CatchesUpAndThenFollowsWithoutLag(double amplitude, double frequency)
    {
        // Speeds and accelerations up to 80% of the limits; starts at rest, off the sine.
        var limiter = Started(-2, 2, amplitude * frequency / 0.8, amplitude * frequency * frequency / 0.8, 1.5);
        for (var tick = 0; tick < 10_000; tick++)
        {
            var t = tick * Dt;
            var target = amplitude * Math.Sin(frequency * t);
            var limited = limiter.Toward(JointVector.From([target]), JointVector.From([amplitude * frequency * Math.Cos(frequency * t)]));
            if (t < 10) continue;
            Assert.Equal(target, limiter.Command[0], 1e-15);
            Assert.Equal(LimitKinds.None, limited);
        }
    }

    [Theory]
    [InlineData(5, 3)]
    [InlineData(5, -1)]
    [InlineData(1e300, 1e300)]
    public void Toward_TargetBeyondTheRange_StopsAtTheLimit(double target, double velocity)
    {
        var limiter = Started(-1, 1, 2, 10, 0);
        for (var tick = 0; tick < 1000; tick++)
        {
            Assert.True(limiter.Toward(JointVector.From([target]), JointVector.From([velocity])).HasFlag(LimitKinds.Position));
        }

        Assert.Equal(1, limiter.Command[0]);
        Assert.True(limiter.AtRest);
    }

    [Fact]
    public void Toward_LimitRoundedToFloat_IsNoEvent()
    {
        var limiter = Started(0.0125, 0.037, 2, 10, 0.03);
        for (var tick = 0; tick < 500; tick++) limiter.Toward(JointVector.From([0.037f]), JointVector.Zero(1));
        Assert.True(0.037f > 0.037);
        Assert.Equal(LimitKinds.None, limiter.Toward(JointVector.From([0.037f]), JointVector.Zero(1)));
        Assert.Equal(0.037, limiter.Command[0], 1e-17);
    }

    [Theory]
    [InlineData(0.0001, 0, LimitKinds.Acceleration)]    // 25 rad/s² for one period
    [InlineData(0.00003, 0, LimitKinds.None)]
    [InlineData(1, 0, LimitKinds.Acceleration)]
    public void Toward_FirstStep_SaysWhichLimitShapedIt(double target, double velocity, LimitKinds expected) =>
        Assert.Equal(expected, Started(-1, 1, 2, 10, 0).Toward(JointVector.From([target]), JointVector.From([velocity])));

    [Fact]
    public void Toward_FarTarget_SaysVelocityWhileItCruises()
    {
        var limiter = Started(-1, 1, 1, 10, -1);
        var limits = Enumerable.Range(0, 2000).Select(_ => limiter.Toward(JointVector.From([1]), JointVector.Zero(1))).ToArray();
        Assert.Equal([LimitKinds.Acceleration, LimitKinds.Velocity, LimitKinds.Acceleration, LimitKinds.None], Runs(limits));
    }

    [Property(MaxTest = 100)]
    public void Brake_AnyMotion_StandsWithinTheStatedTimeAndDistance(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        var (robot, start) = Arms.Random(random);
        var bound = StoppingBound.Of(robot, 2_000_000, 0);
        var limiter = new Limiter(robot, 2_000_000);
        limiter.Start(JointVector.From(start));
        var adversary = new Adversary(random, robot);
        for (var tick = 0; tick < 300; tick++)
        {
            if (adversary.Next(tick) is { } target) limiter.Toward(in target.Positions, in target.Velocities);
        }

        var from = limiter.Command;
        for (var tick = 0; tick < bound.Seconds / Dt; tick++)
        {
            var before = limiter.Command;
            limiter.Brake();
            for (var j = 0; j < start.Length; j++)
            {
                if (tick * Dt > bound.Joints[j].Seconds) Assert.Equal(before[j], limiter.Command[j]);
            }
        }

        Assert.True(limiter.AtRest);
        for (var j = 0; j < start.Length; j++) Assert.InRange(Math.Abs(limiter.Command[j] - from[j]), 0, bound.Joints[j].Distance);
    }

    [Fact]
    public void Brake_FromFullSpeed_TakesTheStatedTimeAndNoLess()
    {
        var limiter = Started(-100, 100, 2, 10, 0);
        for (var tick = 0; tick < 200; tick++) limiter.Toward(JointVector.From([100]), JointVector.Zero(1));
        var (from, bound, ticks) = (limiter.Command[0], StoppingBound.Of(Arms.OneJoint(-100, 100, 2, 10), 2_000_000, 0), 0);
        for (; !limiter.AtRest; ticks++) limiter.Brake();
        Assert.InRange(ticks * Dt, bound.Seconds - 2 * Dt, bound.Seconds);
        Assert.InRange(limiter.Command[0] - from, bound.Joints[0].Distance - 2 * Dt, bound.Joints[0].Distance);
    }

    [Fact]
    public void Toward_GripperWhileTheArmIsBlocked_StillCloses()
    {
        var limiter = new Limiter(Arms.WidowX, 2_000_000);
        limiter.Start(JointVector.From(Arms.WidowXHome));
        for (var tick = 0; tick < 3000; tick++) limiter.Toward(JointVector.From([0, -1.5, 0, 0, 0, 0, 0.037]), JointVector.Zero(7));
        Assert.True(limiter.AtRest);
        Assert.Equal(LimitKinds.Workspace | LimitKinds.Acceleration, limiter.Toward(JointVector.From([0, -1.5, 0, 0, 0, 0, 0.0125]), JointVector.Zero(7)));
        for (var tick = 0; tick < 1000; tick++) limiter.Toward(JointVector.From([0, -1.5, 0, 0, 0, 0, 0.0125]), JointVector.Zero(7));
        Assert.Equal(0.0125, limiter.Command[6], 1e-15);
    }

    [Property(MaxTest = 50)]
    public void Toward_StandingTargetOutsideTheBox_ComesToRestInsideWithoutChatter(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        var limiter = new Limiter(Arms.WidowX, 2_000_000);
        limiter.Start(JointVector.From(Arms.WidowXHome));
        double[] goal = [.. Enumerable.Range(0, 6).Select(_ => Arms.Uniform(random, -1.5, 1.5)), 0.02];
        for (var tick = 0; tick < 6000; tick++) limiter.Toward(JointVector.From(goal), JointVector.Zero(7));
        for (var tick = 0; tick < 100; tick++)
        {
            limiter.Toward(JointVector.From(goal), JointVector.Zero(7));
            Assert.True(limiter.AtRest, $"still moving toward {string.Join(", ", goal)}");
        }
    }

    /// <summary>Full acceleration takes 0.1 s to build up: 50 periods, and so a mean of 64.</summary>
    [Fact]
    public void Toward_LimitedJerk_IsReachedAndNotExceeded()
    {
        var limiter = new Limiter(Arms.OneJoint(-2, 2, 2, 10, jerk: 200), 2_000_000);
        limiter.Start(JointVector.Zero(1));
        var random = new Random(3);
        List<double> commands = [0, 0, 0];
        for (var tick = 0; tick < 20_000; tick++)
        {
            limiter.Toward(JointVector.From([random.Next(50) == 0 ? Arms.Uniform(random, -2, 2) : commands[^1] > 0 ? -2 : 2]), JointVector.Zero(1));
            commands.Add(limiter.Command[0]);
        }

        var jerks = Enumerable.Range(3, commands.Count - 3).Select(k => Math.Abs(commands[k] - 3 * commands[k - 1] + 3 * commands[k - 2] - commands[k - 3]) / (Dt * Dt * Dt));
        Assert.InRange(jerks.Max(), 2 * 10 / (64 * Dt) - 1e-3, 200);
    }

    [Fact]
    public void Toward_LimitedJerk_ArrivesAsLateAsTheMeanIsLongAndNeverOvershoots()
    {
        var (sharp, smooth) = (new Limiter(Arms.OneJoint(-2, 2, 2, 10), 2_000_000), new Limiter(Arms.OneJoint(-2, 2, 2, 10, jerk: 200), 2_000_000));
        foreach (var limiter in (Limiter[])[sharp, smooth]) limiter.Start(JointVector.Zero(1));
        Assert.Equal((0, 63 * 1_000_000), (sharp.LagNs, smooth.LagNs));
        int Ticks(Limiter limiter)
        {
            for (var tick = 1; ; tick++)
            {
                limiter.Toward(JointVector.From([1]), JointVector.Zero(1));
                Assert.InRange(limiter.Command[0], 0, 1);
                if (limiter.AtRest) return tick;
            }
        }

        Assert.Equal(Ticks(sharp) + 63, Ticks(smooth));
        Assert.Equal(1, smooth.Command[0]);
    }

    /// <summary>Asked for what is so much later, the commands are what was meant: off by the curve's bend over the window, a·(N·dt)²/24.</summary>
    [Fact]
    public void Toward_SineSampledAheadByTheLag_IsFollowedToTheBendOverTheWindow()
    {
        const double Amplitude = 0.5, Frequency = 2;
        var limiter = new Limiter(Arms.OneJoint(-2, 2, 2, 10, jerk: 650), 2_000_000);
        limiter.Start(JointVector.Zero(1));
        var lag = limiter.LagNs * 1e-9;
        for (var tick = 0; tick < 5000; tick++)
        {
            var ahead = Frequency * (tick * Dt + lag);
            limiter.Toward(JointVector.From([Amplitude * Math.Sin(ahead)]), JointVector.From([Amplitude * Frequency * Math.Cos(ahead)]));
            if (tick > 1000) Assert.Equal(Amplitude * Math.Sin(Frequency * tick * Dt), limiter.Command[0], Amplitude * Frequency * Frequency * Math.Pow(16 * Dt, 2) / 24 + 1e-9);
        }
    }

    [Fact]
    public void Constructor_JerkThatIsNoLimit_SaysSo()
    {
        Assert.Contains("'joint': max jerk is 0", Assert.Throws<ArgumentException>(() => new Limiter(Arms.OneJoint(-1, 1, 1, 1, jerk: 0), 2_000_000)).Message);
        Assert.Contains("max jerk is NaN", Assert.Throws<ArgumentException>(() => new Limiter(Arms.OneJoint(-1, 1, 1, 1, jerk: double.NaN), 2_000_000)).Message);
        Assert.Contains("mean of more than 1024 periods", Assert.Throws<ArgumentException>(() => new Limiter(Arms.OneJoint(-1, 1, 1, 1, jerk: 0.1), 2_000_000)).Message);
    }

    [Fact]
    public void Constructor_EverythingWrong_NamesAllOfIt()
    {
        var wrong = Arms.WidowX with
        {
            Joints = [new("a", default, 1, 1, 1, 1), new("b", default, 0, 1, double.NaN, 1), new("c", default, 0, 1, 1, -1), new("d", default, 0, 1e9, 1, 1)],
            Chain = [new(4, default, Arms.X), new(0, default, new(1, 1, 0)), new(1, new(double.NaN, 0, 0), Arms.Y)],
            Tool = new(0, double.PositiveInfinity, 0),
            Workspace = new(new(0, 0, 0), new(1, 1, -1)),
        };
        var message = Assert.Throws<ArgumentException>(() => new Limiter(wrong, 1)).Message;
        Assert.All(["period", "'a': range", "'b': max velocity", "'c': max acceleration", "'d'", "chain[0].joint", "chain[1].axis", "chain[2].offset", "tool", "workspace"], field => Assert.Contains(field, message));
    }

    [Fact]
    public void Constructor_HullWrong_NamesAllOfIt()
    {
        var wrong = Arms.GuardedWidowX with
        {
            Capsules = [new("a", 6, default, default, 0.1), new("b", 0, new(double.NaN, 0, 0), default, 0), new("c", 0, default, default, 0.1)],
            KeepOut = [new("d", new(new(0, 0, 0), new(1, 1, -1)))], Apart = [new(0, 3, 0), new(1, 2, -1)], MaxToolSpeed = 0,
        };
        var message = Assert.Throws<ArgumentException>(() => new Limiter(wrong, 2_000_000)).Message;
        Assert.All(
            ["capsules[0] 'a': link is 6", "capsules[1] 'b' reaches from", "'b': radius is 0", "keep-out box 'd'", "apart[0] names capsules 0 and 3", "apart[1] names 'b' and 'c' of one link", "apart[1]: distance is -1", "max tool speed is 0"],
            problem => Assert.Contains(problem, message));
        Assert.Contains("no capsules to keep out", Assert.Throws<ArgumentException>(() => new Limiter(Arms.GuardedWidowX with { Capsules = [], Apart = [] }, 2_000_000)).Message);
    }

    private static Limiter Started(double low, double high, double velocity, double acceleration, double start)
    {
        var limiter = new Limiter(Arms.OneJoint(low, high, velocity, acceleration), 2_000_000);
        limiter.Start(JointVector.From([start]));
        return limiter;
    }

    private static IEnumerable<LimitKinds> Runs(LimitKinds[] kinds) => kinds.Where((kind, i) => i == 0 || kinds[i - 1] != kind);
}
