using Spectre.Console;

namespace DepthVla.Robot.Benchmarks.Model;

/// <summary>One stage, measured; times in ms. Zero floor: it has none.</summary>
internal sealed record StageRow(string Name, double Gflop, double Megabytes, double FloorMs, double P50Ms, double P95Ms, double P99Ms, double MaxMs, double MinMs)
{
    public double TimesFloor => FloorMs > 0 ? P50Ms / FloorMs : 0;

    internal static StageRow Of(string name, double flops, double bytes, double floorMs, double[] ms)
    {
        var timing = Timing.Of(ms);
        return new(name.ToLowerInvariant(), flops / 1e9, bytes / 1e6, floorMs, timing.MedianMs, timing.P95Ms, timing.P99Ms, ms.Max(), timing.MinMs);
    }

    internal void AddTo(Table table)
    {
        string Floor(double value, int digits) => FloorMs > 0 ? Text.Number(value, digits) : "";
        table.AddRow(Name, Floor(Gflop, Gflop > 1000 ? 0 : 2), Floor(Megabytes, Megabytes > 100 ? 0 : 2), Floor(FloorMs, 2), Text.Number(P50Ms, 2), Text.Number(P95Ms, 2),
            Text.Number(P99Ms, 2), Text.Number(MaxMs, 2), Text.Number(MinMs, 2), Floor(TimesFloor, 1));
    }
}
