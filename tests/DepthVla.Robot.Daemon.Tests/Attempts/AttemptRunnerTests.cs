using System.Runtime.CompilerServices;
using DepthVla.Robot.Daemon.Attempts;
using DepthVla.Robot.Simulation.Tasks;

namespace DepthVla.Robot.Daemon.Tests.Attempts;

public sealed class AttemptRunnerTests
{
    private readonly Scoreboard _scores = new();

    [Fact]
    public async Task RunAsync_SomeAttempts_AreOneAfterTheOtherAndAllCounted()
    {
        var stage = new FakeStage { DoneAfterSeconds = attempt => attempt.Seed == 5 ? 1 : null };
        await new AttemptRunner(stage, _scores).RunAsync(Attempt.InTurn(["touch-red", "pick-red"], 2, 5, ""), TestContext.Current.CancellationToken);

        Assert.Equal(
            ["prepare 1 touch-red 5", "begin 1", "end 1", "closed 1", "prepare 2 pick-red 5", "begin 2", "end 2", "closed 2",
             "prepare 3 touch-red 6", "begin 3", "end 3", "closed 3", "prepare 4 pick-red 6", "begin 4", "end 4", "closed 4"], stage.Events);
        Assert.Equal((2, 4, 0), (_scores.Count.Successes, _scores.Count.Attempts, _scores.CutShort));
        Assert.Equal([true, true, false, false], _scores.Outcomes.Select(outcome => outcome.Success));
        Assert.Equal([5, 8], _scores.Outcomes.Skip(2).Select(outcome => outcome.Seconds)); // the tasks' own limits
        Assert.Null(_scores.Present);
    }

    [Fact]
    public async Task RunAsync_StoppedInTheMiddle_CutsThatAttemptShortOnceTheArmStands()
    {
        using var stop = new CancellationTokenSource();
        var stage = new FakeStage { StopAt = (2, stop) };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => new AttemptRunner(stage, _scores).RunAsync(Attempt.InTurn(["touch-red"], 0, 0, "wave"), stop.Token));

        Assert.Equal(["begin 2", "end 2", "closed 2, cut short"], stage.Events.TakeLast(3));
        Assert.Equal("wave", Assert.Single(_scores.Outcomes).Instruction);
        Assert.Equal(1, _scores.CutShort);
    }

    [Fact]
    public async Task RunAsync_ControlFails_NoFurtherAttemptBegins()
    {
        var stage = new FakeStage { FailsIn = 1 };
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => new AttemptRunner(stage, _scores).RunAsync(Attempt.InTurn(["touch-red"], 3, 0, ""), TestContext.Current.CancellationToken));

        Assert.Equal(["prepare 1 touch-red 0", "begin 1", "end 1", "closed 1, cut short"], stage.Events);
    }

    /// <summary>Looks ten times a second by a time of its own.</summary>
    private sealed class FakeStage : IAttemptStage
    {
        public List<string> Events { get; } = [];

        public Func<Attempt, double?> DoneAfterSeconds { get; init; } = _ => null;

        public (int Attempt, CancellationTokenSource Stop)? StopAt { get; init; }

        public int FailsIn { get; init; }

        public Task PrepareAsync(Attempt attempt, CancellationToken stop)
        {
            Events.Add($"prepare {attempt.Number} {attempt.Task.Name} {attempt.Seed}");
            return Task.CompletedTask;
        }

        public async IAsyncEnumerable<Look> PerformAsync(Attempt attempt, [EnumeratorCancellation] CancellationToken stop)
        {
            Events.Add($"begin {attempt.Number}");
            try
            {
                for (var i = 0; !stop.IsCancellationRequested; i++)
                {
                    await Task.Yield();
                    if (FailsIn == attempt.Number && i == 3) throw new InvalidOperationException("the arm is gone");
                    if (i == 20 && StopAt is { } at && at.Attempt == attempt.Number) await at.Stop.CancelAsync();
                    var done = DoneAfterSeconds(attempt) <= i * 0.1;
                    yield return new(i * 0.1, new(done ? 3 : 1, 3, done));
                }
            }
            finally
            {
                Events.Add($"end {attempt.Number}");
            }
        }

        public void Ended(Attempt attempt, TaskOutcome? outcome) => Events.Add($"closed {attempt.Number}{(outcome is null ? ", cut short" : "")}");
    }
}
