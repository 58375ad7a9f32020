using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Server.Options;

namespace DepthVla.Robot.Server.Policies;

/// <summary>Whether the policy still answers: a kernel that never ends throws nothing and fails nothing. Thread-safe.</summary>
internal sealed class InferencePulse(ServerOptions options, MonotonicClock clock)
{
    private const long Idle = long.MaxValue;

    private long _sinceNs = Idle;

    /// <summary>Whether one inference has taken longer than <see cref="ServerOptions.StuckAfter"/>, and goes on.</summary>
    public bool IsStuck => Volatile.Read(ref _sinceNs) is var since && since != Idle && clock.NowNs - since > options.StuckAfter.Ticks * TimeSpan.NanosecondsPerTick;

    /// <summary>Around each inference, on its thread.</summary>
    public void Began() => Volatile.Write(ref _sinceNs, clock.NowNs);

    /// <inheritdoc cref="Began"/>
    public void Ended() => Volatile.Write(ref _sinceNs, Idle);
}
