using System.Collections.Immutable;

namespace DepthVla.Robot.Simulation.Referee;

/// <summary>Violations by kind and joint, with the worst of each.</summary>
internal sealed class Tally
{
    private readonly Dictionary<(ViolationKind Kind, string Joint), (SafetyViolation Violation, double Excess)> _found = [];

    public ImmutableArray<SafetyViolation> InOrder() =>
        [.. _found.Values.Select(entry => entry.Violation).OrderBy(v => v.FirstTimeNs).ThenBy(v => v.Kind)];

    /// <summary>Notes <paramref name="value"/> if its size exceeds <paramref name="limit"/> or is not a number.</summary>
    public void AddOver(ViolationKind kind, string joint, long timeNs, double value, double limit)
    {
        if (!(Math.Abs(value) <= limit)) Add(kind, joint, timeNs, value, limit, Math.Abs(value) - limit);
    }

    /// <summary>Notes <paramref name="value"/> if it lies outside its range or is not a number.</summary>
    public void AddOutside(ViolationKind kind, string joint, long timeNs, double value, double min, double max)
    {
        if (value >= min && value <= max) return;
        var limit = value < min ? min : max;
        Add(kind, joint, timeNs, value, limit, Math.Abs(value - limit));
    }

    /// <summary>Notes a violation; of several, the one with the largest <paramref name="excess"/> is kept as the worst.</summary>
    public void Add(ViolationKind kind, string joint, long timeNs, double value, double limit, double excess)
    {
        if (double.IsNaN(excess)) excess = double.PositiveInfinity;
        var worst = new SafetyViolation(kind, joint, timeNs, 1, value, limit);
        if (_found.TryGetValue((kind, joint), out var before))
        {
            if (excess <= before.Excess) (worst, excess) = before;
            worst = worst with { FirstTimeNs = before.Violation.FirstTimeNs, Count = before.Violation.Count + 1 };
        }
        _found[(kind, joint)] = (worst, excess);
    }
}
