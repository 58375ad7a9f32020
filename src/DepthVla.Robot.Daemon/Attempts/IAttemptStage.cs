namespace DepthVla.Robot.Daemon.Attempts;

/// <summary>Where attempts take place: an arm, a world that can be laid out, somebody to ask.</summary>
internal interface IAttemptStage
{
    /// <summary>Waits for a policy to ask, then lays out the attempt's world. Nothing controls the arm meanwhile.</summary>
    Task PrepareAsync(Attempt attempt, CancellationToken stop);

    /// <summary>Starts control and observing where the arm now is, and looks at the world until the caller has seen enough, or until told to stop.</summary>
    /// <remarks>Leaving the enumeration ends both; it is left once the arm stands.</remarks>
    /// <exception cref="Exception">Control or observing failed.</exception>
    IAsyncEnumerable<Look> PerformAsync(Attempt attempt, CancellationToken stop);

    /// <summary>Told how an attempt ended, the arm at rest; null for one that was cut short.</summary>
    void Ended(Attempt attempt, Simulation.Tasks.TaskOutcome? outcome);
}
