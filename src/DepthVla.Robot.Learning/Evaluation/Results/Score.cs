using System.Collections.Immutable;
using DepthVla.Robot.Learning.Evaluation.Rollouts;

namespace DepthVla.Robot.Learning.Evaluation.Results;

/// <summary>What attempts at one task, or at a family of tasks, came to.</summary>
/// <param name="Name">The task's or family's.</param>
/// <param name="Done">Successes, and how sure their rate is.</param>
/// <param name="Progress">The mean share of points reached, 0 to 1.</param>
/// <param name="Seconds">How long successes took in the mean, s; null without one.</param>
public sealed record Score(string Name, Proportion Done, double Progress, double? Seconds)
{
    /// <summary>One for each task that was tried, in the order in which they were named.</summary>
    public static ImmutableArray<Score> OfTasks(IReadOnlyCollection<Attempt> attempts) =>
        [.. attempts.GroupBy(attempt => attempt.Outcome.Task).Select(same => Of(same.Key, [.. same]))];

    /// <summary>One for each family all of whose tasks were tried: its attempts together.</summary>
    public static ImmutableArray<Score> OfFamilies(IReadOnlyCollection<Attempt> attempts) =>
    [
        .. TaskFamily.All.Where(family => family.Tasks.All(task => attempts.Any(attempt => attempt.Outcome.Task == task.Name)))
            .Select(family => Of(family.Name, [.. attempts.Where(attempt => family.Tasks.Any(task => task.Name == attempt.Outcome.Task))])),
    ];

    private static Score Of(string name, Attempt[] attempts)
    {
        var done = attempts.Where(attempt => attempt.Outcome.Success).ToArray();
        return new(
            name, new(done.Length, attempts.Length), attempts.Average(attempt => (double)attempt.Outcome.Points / attempt.Outcome.OutOf),
            done.Length > 0 ? done.Average(attempt => attempt.Outcome.Seconds) : null);
    }
}
