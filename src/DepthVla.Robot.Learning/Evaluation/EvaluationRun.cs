using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Learning.Evaluation.Policies;
using DepthVla.Robot.Learning.Evaluation.Rollouts;
using DepthVla.Robot.Simulation.Worlds;

namespace DepthVla.Robot.Learning.Evaluation;

/// <summary>Runs all attempts of a plan, several worlds side by side. The outcomes do not depend on how many.</summary>
public static class EvaluationRun
{
    /// <summary>Runs until all attempts are made or <paramref name="stop"/>, which gives up those under way.</summary>
    /// <param name="plan">What is tried.</param>
    /// <param name="workers">Threads, each with a world, a renderer and a policy of its own.</param>
    /// <param name="policy">Makes a worker's policy, on its thread, for its world; disposed at the end if it can be.</param>
    /// <param name="done">Is told of each attempt, on any thread, one at a time.</param>
    /// <param name="stop">Ends the run.</param>
    /// <exception cref="FormatException">A scene lacks a camera of the policy's.</exception>
    /// <returns>The attempts that were made, in the plan's order, whoever made them.</returns>
    public static ImmutableArray<Attempt> Run(
        EvaluationPlan plan, int workers, Func<TabletopPhysics, IPolicy> policy, Action<Attempt> done, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(done);
        var (made, failures, next, gate) = (new ConcurrentDictionary<int, Attempt>(), new ConcurrentQueue<Exception>(), -1, new Lock());
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var threads = Enumerable.Range(0, Math.Min(workers, plan.Count)).Select(_ => new Thread(Work) { IsBackground = true, Name = "evaluation" }).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        if (failures.TryDequeue(out var failure)) ExceptionDispatchInfo.Throw(failure);
        return [.. made.OrderBy(attempt => attempt.Key).Select(attempt => attempt.Value)];

        void Work()
        {
            try
            {
                using var world = new EvaluationWorld();
                var mine = policy(world.Physics);
                using var disposing = mine as IDisposable;
                plan.RequireCameras(mine.Info);
                while (Interlocked.Increment(ref next) is var number && number < plan.Count)
                {
                    var attempt = Try(plan, number, world, mine, ending.Token);
                    made[number] = attempt;
                    lock (gate) done(attempt);
                }
            }
            catch (OperationCanceledException) when (ending.IsCancellationRequested)
            {
            }
            catch (Exception e)
            {
                failures.Enqueue(e);
                ending.Cancel();
            }
        }
    }

    private static Attempt Try(EvaluationPlan plan, int number, EvaluationWorld world, IPolicy policy, CancellationToken stop)
    {
        var (task, seed) = plan.Attempt(number);
        var options = number < plan.MostPictured ? plan.Rollout : plan.Rollout with { PictureRate = 0 };
        return new Rollout(world, policy, options).Run(task, plan.WrongInstruction ? WrongInstruction.For(task, seed) : task.Instruction, seed, stop);
    }
}
