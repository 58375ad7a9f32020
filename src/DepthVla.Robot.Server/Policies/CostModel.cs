using System.Collections.Immutable;

namespace DepthVla.Robot.Server.Policies;

/// <summary>How long a batch of observations takes: the median of what was last measured, at warm-up first, then at every batch. One writer, any readers.</summary>
internal sealed class CostModel
{
    /// <summary>The share of its time that a server promises; the rest is for what varies.</summary>
    internal const double Promised = 0.9;

    private const int Remembered = 15;      // so that a single stall says nothing

    private readonly List<Queue<double>> _measured = [];
    private volatile double[] _seconds = [];   // [0] is of one observation; replaced, never changed

    /// <summary>The largest batch that was measured; 0 before that.</summary>
    public int MaxBatch => _seconds.Length;

    /// <summary>Observations a second that can be promised to all robots together; infinite while nothing was measured.</summary>
    public double Capacity => _seconds is { Length: > 0 } known ? Promised * known.Select((seconds, i) => (i + 1) / seconds).Max() : double.PositiveInfinity;

    /// <summary>What one observation takes, s; 0 while nothing was measured.</summary>
    public double SecondsOfOne => _seconds is [var one, ..] ? one : 0;

    /// <summary>What warm-up measured, for batches of 1, 2, … observations, s. The inference thread, before any robot.</summary>
    public void Begin(ImmutableArray<double> seconds)
    {
        _measured.Clear();
        foreach (var batch in seconds) _measured.Add(new Queue<double>([batch]));
        _seconds = [.. seconds];
    }

    /// <summary>A batch was answered. The inference thread alone.</summary>
    /// <param name="batch">How many observations.</param>
    /// <param name="seconds">How long it took.</param>
    public void Learn(int batch, double seconds)
    {
        if (batch > _measured.Count) return;
        var last = _measured[batch - 1];
        if (last.Count == Remembered) last.Dequeue();
        last.Enqueue(seconds);
        double[] sorted = [.. last.Order()];
        _seconds = [.. _seconds.Select((known, i) => i == batch - 1 ? sorted[sorted.Length / 2] : known)];
    }

    /// <summary>How many of those that wait to take together: as many as pay and as the most urgent one can wait for.</summary>
    /// <param name="waiting">How many wait, at least one.</param>
    /// <param name="left">What is left of the most urgent one's budget, s.</param>
    /// <remarks>A batch pays when it takes less than its observations one by one.</remarks>
    public int Choose(int waiting, double left)
    {
        var (known, best) = (_seconds, 1);
        for (var batch = 2; batch <= Math.Min(waiting, known.Length) && known[batch - 1] <= left; batch++)
        {
            if (known[batch - 1] / batch < known[best - 1] / best) best = batch;
        }

        return best;
    }
}
