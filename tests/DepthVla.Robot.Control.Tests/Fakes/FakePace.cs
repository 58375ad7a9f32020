using DepthVla.Robot.Control.Pacing;

namespace DepthVla.Robot.Control.Tests.Fakes;

/// <summary>A pace and a clock that move when the test says: one period a wait, more where <see cref="Skips"/> says so.</summary>
internal sealed class FakePace(long periodNs, int ticks) : IPace, IDisposable
{
    private readonly CancellationTokenSource _stop = new();

    public long PeriodNs => periodNs;

    /// <summary>Cancelled when <c>ticks</c> turns were given.</summary>
    public CancellationToken Stop => _stop.Token;

    public long NowNs { get; set; } = 1_000_000_000;

    public int Ticks { get; private set; }

    /// <summary>What happens before a turn, given its number from 0.</summary>
    public Action<int>? Before { get; set; }

    /// <summary>How many periods to skip before a turn.</summary>
    public Func<int, long>? Skips { get; set; }

    public PaceTick WaitForNextPeriod()
    {
        if (Ticks == ticks) _stop.Cancel();
        var skipped = Skips?.Invoke(Ticks) ?? 0;
        NowNs += (1 + skipped) * periodNs;
        Before?.Invoke(Ticks);
        Ticks++;
        return new PaceTick(NowNs, NowNs, 0, skipped);
    }

    public void Dispose() => _stop.Dispose();
}
