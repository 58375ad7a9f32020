namespace DepthVla.Robot.Daemon.Attempts;

/// <summary>One attempt after the other, never two at once.</summary>
internal sealed class AttemptRunner(IAttemptStage stage, Scoreboard scores)
{
    /// <summary>Runs until all attempts are over or <paramref name="stop"/>, which cuts the present one short: it counts for nothing.</summary>
    public async Task RunAsync(IEnumerable<Attempt> attempts, CancellationToken stop)
    {
        foreach (var attempt in attempts)
        {
            stop.ThrowIfCancellationRequested();
            await stage.PrepareAsync(attempt, stop);
            scores.Begin(attempt);
            var verdict = new Verdict(attempt);
            try
            {
                await foreach (var look in stage.PerformAsync(attempt, stop))
                {
                    verdict.See(look);
                    if (verdict.Outcome is not null) break;
                }
            }
            finally
            {
                scores.End(verdict.Outcome);
                stage.Ended(attempt, verdict.Outcome);
            }
        }
    }
}
