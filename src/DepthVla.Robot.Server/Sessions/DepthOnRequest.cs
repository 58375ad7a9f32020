using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Server.Scheduling;

namespace DepthVla.Robot.Server.Sessions;

/// <summary>When depth is predicted for those who watch: while somebody looks, when no robot waits, and once in two seconds for all robots together. Thread-safe.</summary>
/// <remarks>The depth head is the one part of a picture on the dashboard that costs inference something.</remarks>
internal sealed class DepthOnRequest(InferenceQueue queue, MonotonicClock clock)
{
    private const long PeriodNs = 2_000_000_000;

    private long _nextNs = clock.NowNs;

    /// <summary>Whether the observation that a robot has just sent shall have its depth predicted.</summary>
    public bool Grants(RobotActivity robot)
    {
        if (!robot.IsDepthWanted || queue.Count > 0) return false;
        var (now, next) = (clock.NowNs, Volatile.Read(ref _nextNs));
        return now >= next && Interlocked.CompareExchange(ref _nextNs, now + PeriodNs, next) == next;
    }
}
