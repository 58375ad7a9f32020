namespace DepthVla.Robot.Server.Auditing;

/// <summary>How many refusals of one peer are written: so many at once, and then one for each few seconds that pass. Thread-safe.</summary>
internal sealed class RefusalRate(TimeProvider time)
{
    internal const int AtOnce = 20;

    // Who connects from more addresses than these shares the last one's allowance.
    internal const int MaxPeers = 1024;

    private const string Others = "others";
    private static readonly TimeSpan OneEvery = TimeSpan.FromSeconds(3);

    private readonly Lock _changing = new();
    private readonly Dictionary<string, Allowance> _peers = new(StringComparer.Ordinal);

    /// <summary>Whether this one may be written.</summary>
    /// <param name="peer">Whose it is.</param>
    /// <param name="omitted">How many were not, since the last that was.</param>
    public bool TryTake(string peer, out long omitted)
    {
        lock (_changing)
        {
            var now = time.GetTimestamp();
            if (!_peers.TryGetValue(peer, out var allowance))
            {
                if (_peers.Count >= MaxPeers) Forget(now);
                if (_peers.Count >= MaxPeers) peer = Others;
                if (!_peers.TryGetValue(peer, out allowance)) _peers[peer] = allowance = new(AtOnce, 0, now);
            }

            var left = LeftAt(allowance, now);
            var may = left >= 1;
            omitted = may ? allowance.Omitted : 0;
            _peers[peer] = may ? new(left - 1, 0, now) : new(left, allowance.Omitted + 1, now);
            return may;
        }
    }

    private double LeftAt(Allowance allowance, long now) => Math.Min(AtOnce, allowance.Left + time.GetElapsedTime(allowance.At, now) / OneEvery);

    private void Forget(long now)
    {
        foreach (var (peer, allowance) in _peers.ToArray())
        {
            if (allowance.Omitted == 0 && LeftAt(allowance, now) >= AtOnce) _peers.Remove(peer);
        }
    }

    private readonly record struct Allowance(double Left, long Omitted, long At);
}
