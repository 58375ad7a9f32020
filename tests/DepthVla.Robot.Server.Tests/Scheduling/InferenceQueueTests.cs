using DepthVla.Robot.Contracts.Events;
using DepthVla.Robot.Server.Scheduling;
using DepthVla.Robot.Server.Tests.Running;
using FsCheck;
using FsCheck.Xunit;

namespace DepthVla.Robot.Server.Tests.Scheduling;

public sealed class InferenceQueueTests
{
    [Property]
    public void TryTake_AnyArrivals_RobotsByDeadlineThenToolsByDeadline((bool IsRobot, PositiveInt Budget)[] arrivals)
    {
        var queue = new InferenceQueue();
        foreach (var (isRobot, budget) in arrivals) Assert.Null(queue.Put(Pending(new Asker(isRobot), 1, budget.Get)));

        var taken = arrivals.Select(_ => queue.TryTake(out var next) ? next : throw new InvalidOperationException()).ToList();

        Assert.Equal(taken.OrderBy(p => (!p.Asker.IsRobot, p.DeadlineNs)).Select(p => (p.Asker.IsRobot, p.DeadlineNs)), taken.Select(p => (p.Asker.IsRobot, p.DeadlineNs)));
        Assert.Equal(arrivals.Length, taken.Distinct().Count());
    }

    [Fact]
    public void Put_SameAskerAgain_ReturnsTheOneItReplaced()
    {
        var queue = new InferenceQueue();
        var asker = new Asker(IsRobot: true);
        Assert.Null(queue.Put(Pending(asker, 1, 10)));
        Assert.Equal(1, queue.Put(Pending(asker, 2, 10))?.Observation.Sequence);

        Assert.True(queue.TryTake(out var next));
        Assert.Equal(2, next.Observation.Sequence);
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public void Withdraw_TakesBackOnlyTheAskersOwn()
    {
        var queue = new InferenceQueue();
        var leaving = new Asker(IsRobot: true);
        queue.Put(Pending(leaving, 1, 10));
        queue.Put(Pending(new Asker(IsRobot: true), 2, 20));

        queue.Withdraw(leaving);

        Assert.True(queue.TryTake(out var next));
        Assert.Equal(2, next.Observation.Sequence);
    }

    [Fact]
    public async Task Close_WakesWhoWaits()
    {
        var queue = new InferenceQueue();
        var waiting = Task.Factory.StartNew(() => queue.TryTake(out _), TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        queue.Close();
        Assert.False(await waiting.Soon());
        queue.Put(Pending(new Asker(IsRobot: true), 1, 10));
        Assert.False(queue.TryTake(out _));
    }

    private static PendingObservation Pending(IAsker asker, long sequence, long budgetMs) => new(asker, TestRobot.Observe(sequence, budgetMs: budgetMs), ReceivedNs: 0, AgeNs: 0);

    private sealed class Asker(bool IsRobot) : IAsker
    {
        public bool IsRobot { get; } = IsRobot;

        public void Answer(PendingObservation asked, SessionEvent answer)
        {
        }
    }
}
