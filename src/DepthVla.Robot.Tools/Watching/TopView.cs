using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Watching.Status;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace DepthVla.Robot.Tools.Watching;

/// <summary>A server's status for a terminal.</summary>
internal static class TopView
{
    private const double Silent = 2;   // s

    internal static IRenderable Of(ServerStatus now, string address)
    {
        var several = now.Models.Count > 1;
        var capacity = now.Models is [{ CapacityHz: { } all }] ? Text($" of {all:0}") : "";
        var missed = now.DeadlineMissed.Values.Sum();
        var gpu = now.Gpu is { } g ? Text($"; GPU {g.MemoryUsedBytes / 1e9:0.0} of {g.MemoryBytes / 1e9:0.0} GB") : "";
        return new Rows(
            new Text($"{address}  {now.Phase}  {(now.Models.Count == 0 ? "no model yet" : several ? "" : Of(now.Models[0]))}"),
            new Rows(several ? now.Models.Select(model => new Text($"{model.ServedAs}: {Of(model)}")) : []),
            new Text(Text($"robots {now.Robots.Count}, chunks {now.Robots.Sum(r => r.RateHz):0.0}/s{capacity}, batch {now.BatchMean:0.0}, budgets missed {missed}{gpu}")),
            new Text(Text($"within {now.ObjectiveMs:0} ms: {100 * now.Latency.Lately.Within:0.00} % in the last {now.LatelyS:0} s, {100 * now.Latency.Ever.Within:0.00} % of {now.Latency.Ever.Count} ever")),
            Latencies(now), Robots(now, several));
    }

    private static string Of(ModelStatus model) => $"{model.Name} {ModelHash.Short(model.Hash)}, {model.Precision} on {model.Device}{(model.Trained ? "" : ", UNTRAINED")}";

    private static Table Latencies(ServerStatus now)
    {
        var table = Headed("ms, lately", "mean", "p50", "p95", "p99", "p99 ever");
        Row("capture to sent", now.Latency);
        foreach (var stage in now.Stages.Where(stage => stage.Spread.Ever.Count > 0)) Row(stage.Stage, stage.Spread);
        return table;

        void Row(string name, Spread spread)
        {
            var l = spread.Lately;
            table.AddRow(name, Ms(l.MeanMs), Ms(l.P50Ms), Ms(l.P95Ms), Ms(l.P99Ms), Ms(spread.Ever.P99Ms));
        }
    }

    private static Table Robots(ServerStatus now, bool several)
    {
        var table = Headed("robot", "arm", "chunks/s", "p50 ms", "p99 ms", "missed", "told");
        table.Columns[^1].LeftAligned();
        foreach (var robot in now.Robots)
        {
            var mode = robot.SilentS > Silent ? Text($"silent {robot.SilentS:0} s") : robot.Mode ?? "?";
            table.AddRow(new Text(robot.Id), new Text(mode), new Text(Text($"{robot.RateHz:0.0}")), new Text(Ms(robot.Latency.P50Ms)), new Text(Ms(robot.Latency.P99Ms)), new Text(Text($"{robot.Missed}")), new Text(several ? $"{robot.Model}: {robot.Instruction}" : robot.Instruction));
        }

        return table;
    }

    private static Table Headed(string first, params ReadOnlySpan<string> numbers)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn(first);
        foreach (var name in numbers) table.AddColumn(new TableColumn(name).RightAligned());
        return table;
    }

    private static string Ms(double value) => Text($"{value:0.0}");

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
