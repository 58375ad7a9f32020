namespace DepthVla.Robot.Simulation.Realtime;

/// <summary>When steps are due: at absolute times, one period apart.</summary>
/// <remarks>A thread that is late catches up a few steps; what lies further back is dropped in whole periods and counted. Arithmetic only.</remarks>
/// <param name="periodNs">From one step to the next.</param>
/// <param name="maxCatchUp">The most steps to make good at once.</param>
internal sealed class StepSchedule(long periodNs, int maxCatchUp)
{
    private long _dropped;

    /// <summary>When the next step is due.</summary>
    public long NextNs { get; private set; }

    /// <summary>Steps that were skipped because they were too late. Any thread.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Begins: the first step is due a period from now.</summary>
    public void Start(long nowNs) => NextNs = nowNs + periodNs;

    /// <summary>Takes the next step: the time that it is for.</summary>
    public long Take(long nowNs)
    {
        var late = (nowNs - NextNs) / periodNs;
        if (late > maxCatchUp)
        {
            Interlocked.Add(ref _dropped, late - maxCatchUp);
            NextNs += (late - maxCatchUp) * periodNs;
        }

        var due = NextNs;
        NextNs += periodNs;
        return due;
    }
}
