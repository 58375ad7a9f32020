using System.Collections.Immutable;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Learning.Evaluation;
using DepthVla.Robot.Learning.Evaluation.Policies;
using DepthVla.Robot.Learning.Evaluation.Results;
using DepthVla.Robot.Learning.Evaluation.Rollouts;
using DepthVla.Robot.Simulation.Arms;
using DepthVla.Robot.Simulation.Referee;
using DepthVla.Robot.Simulation.Worlds;

namespace DepthVla.Robot.Learning.Tests.Evaluation;

/// <summary>Attempts through the robot's own control loop, limits, inverse kinematics and latency.</summary>
public sealed class RolloutTests
{
    [Theory]
    [InlineData("touch-green")]
    [InlineData("pick-red")]
    [InlineData("carrot-on-plate")]
    [InlineData("stack-green-on-yellow")]
    [InlineData("eggplant-in-basket")]
    public void Run_Expert_DoesNineOfTen(string task)
    {
        var attempts = Expert(new EvaluationPlan { Tasks = [TabletopTask.Named(task)], Seeds = 10, FirstSeed = 1000 });
        var done = attempts.Count(attempt => attempt.Outcome.Success);
        Assert.True(done >= 9, $"{done} of 10");
    }

    [Fact]
    [Trait("Size", "Full")]
    public void Run_ExpertAtEveryTask_DoesNineteenOfTwenty()
    {
        foreach (var score in Score.OfTasks(Expert(new EvaluationPlan { Tasks = TabletopTask.All, Seeds = 20, FirstSeed = 2000 })))
            Assert.True(score.Done.Successes >= 19, $"{score.Name}: {score.Done.Successes} of 20");
    }

    [Fact]
    public void Run_Hold_NeverSucceedsAndTakesAllItsTime()
    {
        TabletopTask[] tasks = [TabletopTask.Named("touch-red"), TabletopTask.Named("pick-yellow"), TabletopTask.Named("spoon-on-towel")];
        var attempts = EvaluationRun.Run(new EvaluationPlan { Tasks = [.. tasks], Seeds = 2 }, 1, _ => new HoldPolicy(), _ => { }, CancellationToken.None);
        Assert.Equal(6, attempts.Length);
        Assert.All(attempts, attempt => Assert.False(attempt.Outcome.Success));
        Assert.All(attempts, attempt => Assert.Equal(0, attempt.Refused));
        Assert.Equal([5.0, 8, 15], attempts.Take(3).Select(attempt => attempt.Outcome.Seconds), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void Run_SceneWithoutAPolicysCamera_NamesBoth()
    {
        var plan = new EvaluationPlan { Tasks = [TabletopTask.Named("touch-red")], Seeds = 1 };
        var policy = new HoldPolicy();
        var refused = Assert.Throws<FormatException>(() => plan.RequireCameras(policy.Info with { Cameras = ["overview"] }));
        Assert.Contains("the policy's cameras (overview), got touch-red in blocks, which has primary, wrist, side", refused.Message, StringComparison.Ordinal);
        plan.RequireCameras(policy.Info with { Cameras = ["side"] });
    }

    [Fact]
    public void Run_ExpertToldAnotherTask_DoesNotDoTheNamedOne()
    {
        TabletopTask[] tasks = [TabletopTask.Named("touch-red"), TabletopTask.Named("pick-green"), TabletopTask.Named("spoon-on-towel")];
        var attempts = Expert(new EvaluationPlan { Tasks = [.. tasks], Seeds = 2, WrongInstruction = true });
        Assert.All(attempts, attempt => Assert.False(attempt.Outcome.Success));
        Assert.All(attempts, attempt => Assert.NotEqual(TabletopTask.Named(attempt.Outcome.Task).Instruction, attempt.Outcome.Instruction));
    }

    [Fact]
    public void Run_SameSeed_IsTheSameInEveryBit_AnotherIsNot()
    {
        using var world = new EvaluationWorld();
        var (first, firstLog, firstSeen) = Wild(world, 7, 0.2);
        Wild(world, 8, 0.2);   // what came between leaves no trace
        var (second, secondLog, secondSeen) = Wild(world, 7, 0.2);
        var (_, otherLog, _) = Wild(world, 9, 0.2);
        Assert.Equal(first.Outcome, second.Outcome);
        Assert.True(firstLog.SequenceEqual(secondLog));
        Assert.False(firstLog.SequenceEqual(otherLog));
        Assert.Equal(
            firstSeen.Select(o => (o.Sequence, o.CaptureTimeNs, o.NoiseSeed, o.Executing)),
            secondSeen.Select(o => (o.Sequence, o.CaptureTimeNs, o.NoiseSeed, o.Executing)));
    }

    [Fact]
    public void Run_ObservationsAreThoseOfTheRobot()
    {
        using var world = new EvaluationWorld();
        var (attempt, log, seen) = Wild(world, 3, 0.05);
        Assert.Equal(attempt.Observations, seen.Count);
        for (var i = 0; i < seen.Count; i++)
        {
            Assert.Equal((i + 1, i * 400_000_000L), (seen[i].Sequence, seen[i].CaptureTimeNs));
            Assert.Equal(["primary", "wrist"], seen[i].Frames.Select(frame => frame.Camera));
            Assert.All(seen[i].Frames, frame => Assert.Equal((224, 224), (frame.Width, frame.Height)));
            if (i > 0) Assert.Equal(log[(i * 200) - 1].Positions, seen[i].Proprioception);
        }

        // The first chunk is for 0.1 s on and comes after 60 ms: the arm stands until then, and executes it at the second observation.
        Assert.All(log.Take(30), sample => Assert.Equal(log[0].Commanded, sample.Commanded));
        Assert.NotEqual(log[0].Commanded, log[60].Commanded);
        Assert.Null(seen[0].Executing);
        Assert.Equal(new ExecutingStep(1, 3), seen[1].Executing);
    }

    [Theory]
    [InlineData(0.02)]
    [InlineData(0.3)]
    [InlineData(10)]
    public void Run_AnyChunks_NoLimitIsViolated(double reach)
    {
        using var world = new EvaluationWorld();
        AssertHeld(Wild(world, 11, reach).Log);
    }

    [Fact]
    public void Run_Expert_NoLimitIsViolated()
    {
        using var world = new EvaluationWorld();
        foreach (var name in (string[])["stack-green-on-yellow", "carrot-in-basket"])
        {
            var (task, log) = (TabletopTask.Named(name), new PhysicsLog(8000));
            var rollout = new Rollout(world, new ScriptedExpertPolicy(world.Physics), new RolloutOptions { Log = log });
            Assert.True(rollout.Run(task, task.Instruction, 5, CancellationToken.None).Outcome.Success);
            AssertHeld(log.Snapshot());
        }
    }

    [Fact]
    public void Run_Stopped_EndsAtOnce()
    {
        using var stop = new CancellationTokenSource();
        var plan = new EvaluationPlan { Tasks = [TabletopTask.Named("touch-red")], Seeds = 1000 };
        var made = EvaluationRun.Run(plan, 2, physics => new ScriptedExpertPolicy(physics), _ => stop.Cancel(), stop.Token);
        Assert.InRange(made.Length, 1, 2);
    }

    [Fact]
    public void Run_PolicyThatFails_IsToldWithItsOwnException()
    {
        var plan = new EvaluationPlan { Tasks = [TabletopTask.Named("touch-red")], Seeds = 5 };
        Assert.Throws<InvalidObservationException>(() => EvaluationRun.Run(plan, 2, _ => new Failing(), _ => { }, CancellationToken.None));
    }

    private static ImmutableArray<Attempt> Expert(EvaluationPlan plan) =>
        EvaluationRun.Run(plan, 1, physics => new ScriptedExpertPolicy(physics), _ => { }, CancellationToken.None);

    private static (Attempt Attempt, ImmutableArray<PhysicsSample> Log, List<Observation> Seen) Wild(EvaluationWorld world, int seed, double reach)
    {
        var (policy, log, task) = (new PictureDrivenPolicy(reach), new PhysicsLog(8000), TabletopTask.Named("touch-yellow"));
        var attempt = new Rollout(world, policy, new RolloutOptions { Log = log }).Run(task, task.Instruction, seed, CancellationToken.None);
        return (attempt, log.Snapshot(), policy.Seen);
    }

    private static void AssertHeld(ImmutableArray<PhysicsSample> log) => Assert.Empty(new SafetyReferee(new SafetyRules
    {
        Robot = Wx250s.Description, Hardware = Wx250s.Hardware, ControlPeriod = TimeSpan.FromMilliseconds(2),
    }).Judge(log.AsSpan()));

    private sealed class Failing : IPolicy
    {
        public PolicyInfo Info { get; } = ArmPolicy.Info("failing", 10);

        public ValueTask<ActionChunk> InferAsync(Observation observation, CancellationToken cancellationToken) =>
            throw new InvalidObservationException("instruction", "no");
    }
}
