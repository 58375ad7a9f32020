namespace DepthVla.Robot.Server.Auditing;

/// <summary>How many refusals of one kind (one peer's, one reason's) are written: so many at once, and then one for each few seconds that pass. Thread-safe.</summary>
internal sealed class RefusalRate(TimeProvider time)
{
    internal const int AtOnce = 20;

    // More kinds than these share one allowance: who connects from many addresses, for one.
    internal const int MaxKinds = 1024;

    private const string Others = "others";
    private static readonly TimeSpan OneEvery = TimeSpan.FromSeconds(3);

    private readonly Lock _changing = new();
    private readonly Dictionary<string, Allowance> _kinds = new(StringComparer.Ordinal);

    /// <summary>Whether this one may be written.</summary>
    /// <param name="kind">Which it is of.</param>
    /// <param name="omitted">How many were not, since the last that was.</param>
    public bool TryTake(string kind, out long omitted)
    {
        lock (_changing)
        {
            var now = time.GetTimestamp();
            if (!_kinds.TryGetValue(kind, out var allowance))
            {
                if (_kinds.Count >= MaxKinds) Forget(now);
                if (_kinds.Count >= MaxKinds) kind = Others;
                if (!_kinds.TryGetValue(kind, out allowance)) _kinds[kind] = allowance = new(AtOnce, 0, now);
            }

            var left = LeftAt(allowance, now);
            var may = left >= 1;
            omitted = may ? allowance.Omitted : 0;
            _kinds[kind] = may ? new(left - 1, 0, now) : new(left, allowance.Omitted + 1, now);
            return may;
        }
    }

    private double LeftAt(Allowance allowance, long now) => Math.Min(AtOnce, allowance.Left + time.GetElapsedTime(allowance.At, now) / OneEvery);

    private void Forget(long now)
    {
        foreach (var (kind, allowance) in _kinds.ToArray())
        {
            if (allowance.Omitted == 0 && LeftAt(allowance, now) >= AtOnce) _kinds.Remove(kind);
        }
    }

    private readonly record struct Allowance(double Left, long Omitted, long At);
}
