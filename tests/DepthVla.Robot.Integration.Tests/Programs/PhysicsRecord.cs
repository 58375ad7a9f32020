using System.Globalization;

namespace DepthVla.Robot.Integration.Tests.Programs;

/// <summary>The physics log as anybody can read it: time on the machine's monotonic clock, commanded and measured joints.</summary>
internal sealed record PhysicsRecord(IReadOnlyList<PhysicsRecord.Step> Steps)
{
    public sealed record Step(long TimeNs, int Episode, double[] Commanded, double[] Velocities);

    public static PhysicsRecord Read(string file)
    {
        var lines = File.ReadLines(file).Select(line => line.Split(',')).ToArray();
        var (time, episode) = (Array.IndexOf(lines[0], "time_ns"), Array.IndexOf(lines[0], "episode"));
        var (commanded, velocities) = (Columns("commanded_"), Columns("velocity_"));
        return new([.. lines.Skip(1).Select(line =>
            new Step(Whole(line[time]), (int)Whole(line[episode]), Numbers(line, commanded), Numbers(line, velocities)))]);

        long Whole(string text) => long.Parse(text, CultureInfo.InvariantCulture);
        int[] Columns(string prefix) => [.. Enumerable.Range(0, lines[0].Length).Where(i => lines[0][i].StartsWith(prefix, StringComparison.Ordinal))];
        double[] Numbers(string[] line, int[] columns) => [.. columns.Select(i => double.Parse(line[i], CultureInfo.InvariantCulture))];
    }

    public IEnumerable<Step> Between(long fromNs, long toNs) => Steps.Where(step => step.TimeNs >= fromNs && step.TimeNs < toNs);

    /// <summary>The last time before <paramref name="toNs"/> at which the command was for another place than the one before.</summary>
    public long LastCommandChangeNs(long toNs) => ChangesNs().Last(time => time < toNs);

    /// <summary>The first from <paramref name="fromNs"/> on, or null.</summary>
    public long? FirstCommandChangeNs(long fromNs = 0) => ChangesNs().Where(time => time >= fromNs).Select(time => (long?)time).FirstOrDefault();

    private IEnumerable<long> ChangesNs() => Steps.Zip(Steps.Skip(1)).Where(pair => Differ(pair.First, pair.Second)).Select(pair => pair.Second.TimeNs);

    // One and the same place, rounded twice, is no change.
    private static bool Differ(Step a, Step b) => a.Commanded.Zip(b.Commanded).Any(pair => Math.Abs(pair.First - pair.Second) > 1e-12);
}
