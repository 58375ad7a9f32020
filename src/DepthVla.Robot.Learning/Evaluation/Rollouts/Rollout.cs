using System.Collections.Immutable;
using DepthVla.Robot.Control;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Simulation.Tasks;
using DepthVla.Robot.Simulation.Worlds;

namespace DepthVla.Robot.Learning.Evaluation.Rollouts;

/// <summary>Attempts of a policy at tasks, in simulated time: the robot's own control loop, limits and inverse kinematics, in step with the physics.</summary>
/// <remarks>
/// What differs from a robot: nothing is late or lost, and the policy's answer takes the same time always. The same world, policy, task,
/// seed and options give the same attempt. For the thread that made the world.
/// </remarks>
public sealed class Rollout(EvaluationWorld world, IPolicy policy, RolloutOptions options)
{
    /// <summary>One attempt, until the task is done or its time is up.</summary>
    /// <param name="task">What is judged.</param>
    /// <param name="instruction">What the policy is told; as a rule the task's.</param>
    /// <param name="seed">Lays out the table, the arm and the light, and decides the policy's noise.</param>
    /// <param name="stop">Gives the attempt up.</param>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    /// <exception cref="InvalidObservationException">The policy cannot answer.</exception>
    public Attempt Run(TabletopTask task, string instruction, int seed, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(task);
        world.Physics.Reset(task.Scene, seed);
        using var arm = new LockStepArm(world.Physics, options.Log);
        var receiver = new ChunkReceiver(policy.Info);
        var loop = new ControlLoop(arm, receiver.Plans, arm, new ControlOptions { RecordedTicks = 2 });
        using var observer = new Observer(world, policy.Info, instruction, seed);
        var watch = new SuccessWatch(world.Physics, task);
        var answers = new DelayedAnswers((long)options.Latency.TotalNanoseconds);
        var moments = ImmutableArray.CreateBuilder<Moment>();
        var (observing, watching) = (new Rhythm((long)options.ObservationPeriod(policy.Info).TotalNanoseconds), new Rhythm(SuccessWatch.PeriodNs));
        var picturing = new Rhythm(options.PictureRate > 0 ? (long)(1e9 / options.PictureRate) : 0);
        var (limitNs, success) = ((long)(TaskOutcome.TimeLimit(task) * 1e9), false);

        loop.Begin();
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            var now = arm.NowNs;
            if (picturing.IsDue(now)) moments.Add(Picture(now));
            if (watching.IsDue(now)) success = watch.IsDone(now);
            if (success || now >= limitNs) break;
            Deliver(answers, receiver, now);   // first, so that who has just answered can begin with what is observed now
            if (observing.IsDue(now)) answers.Post(Ask(Observe(now, arm.Read().Positions), stop), now);
            Deliver(answers, receiver, now);
            loop.Turn(CancellationToken.None);
            arm.Advance();
        }

        Observation Observe(long now, in JointVector joints) => observer.Observe(now, joints, Executing(loop), receiver.Running(now, joints));

        if (options.PictureRate > 0) moments.Add(Picture(arm.NowNs));
        var outcome = new TaskOutcome(task.Name, instruction, seed, success, watch.Points, watch.OutOf, arm.NowNs * 1e-9);
        return new Attempt(outcome, observer.Count, receiver.Refused, receiver.Unreached) { SeamRadians = loop.Report().SeamRadians.P50, Moments = moments.ToImmutable() };
    }

    // At once, while the world stands still: a policy that reads the world must read it as it was observed. The chunk waits for its time.
    private Answer Ask(Observation observation, CancellationToken stop) =>
        new(observation, policy.InferAsync(observation, stop).AsTask().GetAwaiter().GetResult());

    private static void Deliver(DelayedAnswers answers, ChunkReceiver receiver, long nowNs)
    {
        if (answers.Take(nowNs) is { } answer) receiver.Take(answer, nowNs);
    }

    private static ExecutingStep? Executing(ControlLoop loop) => loop.Recorder.Newest(1) is [var turn] ? turn.Executing : null;

    private Moment Picture(long nowNs) => new(nowNs * 1e-9, world.Capture("primary"), world.Capture("wrist"));
}
