using DepthVla.Robot.Core.Realtime;

namespace DepthVla.Robot.Simulation.Realtime;

/// <summary>Sleeps on the clock of <see cref="Core.Time.MonotonicClock.System"/>.</summary>
public sealed class MonotonicDeadline : IDeadline
{
    /// <inheritdoc/>
    public void WaitUntil(long timeNs) => MonotonicSleep.Until(timeNs);
}
