namespace DepthVla.Robot.Core.Time;

/// <summary>The robot's one clock: monotonic nanoseconds since an arbitrary start, never the wall clock.</summary>
/// <remarks>
/// Every time in an observation, chunk, command and log is read from one such clock; the server echoes these times and adds only
/// durations, so no clocks are ever synchronised. Real-time safe: reading it neither allocates nor blocks. Thread-safe.
/// </remarks>
public sealed class MonotonicClock(TimeProvider time)
{
    private readonly double _nanosecondsPerTick = 1e9 / time.TimestampFrequency;

    /// <summary>The operating system's monotonic clock (CLOCK_MONOTONIC on Linux).</summary>
    public static MonotonicClock System { get; } = new(TimeProvider.System);

    /// <summary>Nanoseconds since the clock's start.</summary>
    public long NowNs => time.TimestampFrequency == 1_000_000_000
        ? time.GetTimestamp()
        : (long)(time.GetTimestamp() * _nanosecondsPerTick);
}
