using System.Collections.Immutable;
using System.Globalization;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Recording.Flight;

namespace DepthVla.Robot.Tools.Replaying;

/// <summary>Prints a flight, and what came of its replay, for people.</summary>
internal static class ReplayTable
{
    internal static void Print(RecordedFlight flight)
    {
        var (about, ticks) = (flight.Metadata.GetValueOrDefault("flight"), flight.Ticks);
        if (about is not null) Row("flight", $"{about.GetValueOrDefault("written_utc")}, because of {about.GetValueOrDefault("cause")}");
        if (flight.Problem is { } problem) Row("DAMAGED", $"{problem}");
        var answered = flight.Observations.Count(o => o.Chunk is not null);
        Row("observations", $"{flight.Observations.Length}, {answered} with a chunk{(flight.Incomplete > 0 ? $"; {flight.Incomplete} more without their frames" : "")}");
        if (ticks is [var first, .., var last])
        {
            var holds = ticks.Where(t => t.Hold != DepthVla.Flight.V1.HoldReason.None).GroupBy(t => t.Hold).Select(g => $"{g.Key} {g.Count()}");
            Row("control", $"{ticks.Length} turns in {(last.TimeNs - first.TimeNs) / 1e9:0.0} s; held in {string.Join(", ", holds.DefaultIfEmpty("none"))}");
        }
    }

    internal static void Print(RecordedFlight flight, PolicyInfo policy, ImmutableArray<ChunkComparison> compared, double tolerance)
    {
        Row("replayed by", $"{policy.Name} {ModelHash.Short(policy.ModelHash)}, {policy.Precision} on {policy.Device}");
        var models = flight.Observations.Select(o => o.Chunk?.ModelHash).OfType<string>().Distinct().ToArray();
        if (models.Any(hash => hash != policy.ModelHash)) Row("OTHER MODEL", $"recorded {string.Join(", ", models.Select(ModelHash.Short))}: other answers are no surprise");
        var older = flight.Observations.Count(o => o.Chunk is { } chunk && Replay.IsOfOlderDepth(chunk));
        if (older > 0) Row("left out", $"{older} chunks made with the depth of an earlier observation, which is not in the flight");
        var (same, near) = (compared.Count(c => c.IsSame), compared.Count(c => !c.IsSame && c.MaxDifference <= tolerance));
        Row("equal", $"{same} of {compared.Length}, bit for bit{(tolerance > 0 ? $"; {near} more to {tolerance}" : "")}");
        if (compared.IsEmpty) return;
        Row("difference", $"at most {compared.Max(c => c.MaxDifference):g4} rad or m");
        if (compared.FirstOrDefault(c => !c.IsSame) is { } first) Row("first", $"observation {first.Sequence}: {first.First}");
    }

    private static void Row(string name, FormattableString value) => Console.WriteLine($"{name,-12} {value.ToString(CultureInfo.InvariantCulture)}");
}
