using System.Diagnostics;
using DepthVla.Robot.Control;
using DepthVla.Robot.Control.Limits;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Simulation.Arms;
using Spectre.Console;

namespace DepthVla.Robot.Benchmarks.Limits;

/// <summary>What a turn of the control loop costs one thread, by the limits it keeps, while an arm that is only numbers is sent all over the place.</summary>
internal static class LimitsBenchmark
{
    private const long PeriodNs = 2_000_000;

    internal static void Run(int turns, string? json)
    {
        var arm = Wx250s.Description;
        (string Name, RobotDescription Arm, LimitOptions Limits)[] cases =
        [
            ("joints and the tool's box", arm with { Capsules = [], KeepOut = [], Apart = [] }, new()),
            ("and table, self-distance", arm, new()),
            ("and 250 mm/s", arm, new() { ReducedSpeed = LimitOptions.ManualReducedSpeed }),
        ];
        List<LimitsRow> rows = [.. cases.Select(c => Measure(c.Name, c.Arm, c.Limits, turns))];

        Console.WriteLine($"""
            {turns} turns of the control loop at 500 Hz, a {arm.Name}: {arm.Capsules.Length} capsules, {arm.KeepOut.Length} keep-out box, {arm.Apart.Length} pairs. A turn has {PeriodNs / 1000} us.
            The arm gets another place to go to ten times a second, anywhere in its joints' ranges: most lie behind a limit.
            limited   share of the turns that a limit other than a joint's shaped
            """);
        var table = new Table().Border(TableBorder.Rounded).AddColumn("limits kept");
        foreach (var column in (string[])["p50 us", "p99 us", "p99.9 us", "max us", "limited %", "bytes"]) table.AddColumn(new TableColumn(column).RightAligned());
        foreach (var r in rows) table.AddRow(r.Limits, Text.Number(r.P50Us, 1), Text.Number(r.P99Us, 1), Text.Number(r.P999Us, 1), Text.Number(r.MaxUs, 1), Text.Number(100 * r.Limited, 1), Text.Number(r.AllocatedBytes, 0));
        AnsiConsole.Write(table);
        if (json is not null) JsonReport.Write(json, new { Command = Environment.CommandLine, Turns = turns, Rows = rows });
    }

    private static LimitsRow Measure(string name, RobotDescription arm, LimitOptions limits, int turns)
    {
        var wanderer = new Wanderer(arm, PeriodNs, new Random(7));
        var loop = new ControlLoop(wanderer, wanderer.Plans, wanderer, new ControlOptions { RecordedTicks = 4, Limits = limits });
        loop.Begin();
        for (var i = 0; i < turns / 10; i++) Turn();

        var (microseconds, limited, allocated) = (new double[turns], 0, 0L);
        for (var i = 0; i < turns; i++)
        {
            wanderer.Advance();
            var (before, start) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
            loop.Turn(CancellationToken.None);
            microseconds[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
            allocated += GC.GetAllocatedBytesForCurrentThread() - before;
            if ((loop.Recorder.Newest(1)[0].Limited & (LimitKinds.Workspace | LimitKinds.KeepOut | LimitKinds.SelfDistance | LimitKinds.ToolSpeed)) != 0) limited++;
        }

        Array.Sort(microseconds);
        return new(name, microseconds[turns / 2], microseconds[(int)(0.99 * turns)], microseconds[(int)(0.999 * turns)], microseconds[^1], (double)limited / turns, allocated);

        void Turn()
        {
            wanderer.Advance();
            loop.Turn(CancellationToken.None);
        }
    }

    private sealed record LimitsRow(string Limits, double P50Us, double P99Us, double P999Us, double MaxUs, double Limited, long AllocatedBytes);
}
