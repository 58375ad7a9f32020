using DepthVla.Robot.Contracts.Events;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Server.Policies;
using DepthVla.Robot.Server.Scheduling;
using DepthVla.Robot.Server.Tests.Running;
using FsCheck;
using FsCheck.Xunit;

namespace DepthVla.Robot.Server.Tests.Scheduling;

public sealed class InferenceQueueTests
{
    [Property]
    public void Take_AnyArrivals_RobotsByDeadlineThenToolsByDeadline((bool IsRobot, PositiveInt Budget)[] arrivals)
    {
        var queue = new InferenceQueue();
        foreach (var (isRobot, budget) in arrivals) Assert.Null(queue.Put(Pending(new Asker(isRobot), 1, budget.Get)));

        var taken = arrivals.Select(_ => One(queue)).ToList();

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

        Assert.Equal(2, One(queue).Observation.Sequence);
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public async Task Run_WhileObservationsWait_OneStepBetweenTwoOfThem()
    {
        var queue = new InferenceQueue();
        List<string> done = [];
        var steps = Enumerable.Range(1, 2).Select(i => queue.RunAsync(() => done.Add($"step {i}"))).ToArray();
        foreach (var sequence in (long[])[1, 2]) queue.Put(Pending(new Asker(IsRobot: true), sequence, sequence));

        for (var i = 0; i < 2; i++) done.Add($"answer {One(queue).Observation.Sequence}");

        Assert.Equal(["step 1", "answer 1", "step 2", "answer 2"], done);
        await Task.WhenAll(steps);
    }

    [Fact]
    public async Task Close_StepsThatWait_AreCancelled()
    {
        var queue = new InferenceQueue();
        var waiting = queue.RunAsync(() => { });
        queue.Close();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => queue.RunAsync(() => { }));
    }

    [Fact]
    public void Take_SeveralModels_TheEarliestDeadlineOfAllGoesFirstAndTakesItsOwnModelsAlong()
    {
        var queue = new InferenceQueue();
        var other = new ServedModel("other", "");
        foreach (var (sequence, isOther) in ((long, bool)[])[(1, false), (2, true), (3, false), (4, true), (5, false)]) queue.Put(Pending(new Asker(IsRobot: true, isOther ? other : null), sequence, 10 * sequence));
        List<(int Waiting, long First)> asked = [];

        long[][] taken = [.. Enumerable.Range(0, 3).Select(_ => queue.Take(() => 0, (waiting, first) =>
        {
            asked.Add((waiting, first.Observation.Sequence));
            return Math.Min(waiting, 2);
        }).Select(one => one.Observation.Sequence).ToArray())];

        Assert.Equal([[1, 3], [2, 4], [5]], taken);
        Assert.Equal([(3, 1), (2, 2), (1, 5)], asked);   // a batch is chosen among its model's alone
    }

    [Fact]
    public void Withdraw_TakesBackOnlyTheAskersOwn()
    {
        var queue = new InferenceQueue();
        var leaving = new Asker(IsRobot: true);
        queue.Put(Pending(leaving, 1, 10));
        queue.Put(Pending(new Asker(IsRobot: true), 2, 20));

        queue.Withdraw(leaving);

        Assert.Equal(2, One(queue).Observation.Sequence);
    }

    [Fact]
    public async Task Close_WakesWhoWaits()
    {
        var queue = new InferenceQueue();
        var waiting = Task.Factory.StartNew(() => queue.Take(() => 0, (_, _) => 1).Count, TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        queue.Close();
        Assert.Equal(0, await waiting.Soon());
        queue.Put(Pending(new Asker(IsRobot: true), 1, 10));
        Assert.Empty(queue.Take(() => 0, (_, _) => 1));
    }

    /// <summary>Who asks more often than promised waits until its time has come, however early its deadline.</summary>
    [Fact]
    public void Take_RobotBeforeItsTime_LetsOthersGoFirst()
    {
        var queue = new InferenceQueue();
        queue.Put(Pending(new Asker(IsRobot: true), 1, 10) with { DueNs = 500 });
        queue.Put(Pending(new Asker(IsRobot: true), 2, 20));
        queue.Put(Pending(new Asker(IsRobot: false), 3, 5));
        Assert.Equal([2, 1, 3], queue.Take(() => 499, (waiting, _) => waiting).Select(p => p.Observation.Sequence));

        queue.Put(Pending(new Asker(IsRobot: true), 1, 10) with { DueNs = 500 });
        queue.Put(Pending(new Asker(IsRobot: true), 2, 20));
        Assert.Equal(1, One(queue, nowNs: 500).Observation.Sequence);
    }

    [Fact]
    public void Take_Several_AreTheMostUrgentOnes_AndTheRestStays()
    {
        var queue = new InferenceQueue();
        for (var i = 1; i <= 4; i++) queue.Put(Pending(new Asker(IsRobot: true), i, 100 - (10 * i)));
        var (seen, first) = (0, 0L);
        var taken = queue.Take(() => 0, (waiting, most) =>
        {
            (seen, first) = (waiting, most.Observation.Sequence);
            return 3;
        });
        Assert.Equal((4, 4L), (seen, first));
        Assert.Equal([4, 3, 2], taken.Select(p => p.Observation.Sequence));
        Assert.Equal(1, queue.Count);
    }

    private static readonly ServedModel Default = new("default", "");

    private static PendingObservation One(InferenceQueue queue, long nowNs = 0) => Assert.Single(queue.Take(() => nowNs, (_, _) => 1));

    private static PendingObservation Pending(IAsker asker, long sequence, long budgetMs) => new(asker, TestRobot.Observe(sequence, budgetMs: budgetMs), ReceivedNs: 0, AgeNs: 0);

    private sealed class Asker(bool IsRobot, ServedModel? model = null) : IAsker
    {
        public ServedModel Model => model ?? Default;

        public bool Fits(PolicyInfo policy) => true;

        public bool IsRobot { get; } = IsRobot;

        public void Answer(PendingObservation asked, SessionEvent answer)
        {
        }
    }
}
