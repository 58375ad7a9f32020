using DepthVla.Robot.Core.Realtime;
using DepthVla.Robot.Learning.Evaluation.Results;
using Spectre.Console;

namespace DepthVla.Robot.Benchmarks.Pacing;

/// <summary>How late the control thread wakes, beside cyclictest at the same period and priority, by turns in one run.</summary>
internal static class ControlBenchmark
{
    /// <param name="rates">Commands a second, a row each.</param>
    /// <param name="seconds">Of each program, in all rounds together.</param>
    /// <param name="rounds">How often the programs take turns.</param>
    /// <param name="priority">SCHED_FIFO priority, where the operating system grants it.</param>
    /// <param name="json">Where every figure goes; null for nowhere.</param>
    internal static void Run(IReadOnlyList<int> rates, int seconds, int rounds, int priority, string? json)
    {
        var peer = CyclicTest.IsInstalled;
        var load = Load();
        int[] priorities = IsGranted(priority) ? [0, priority] : [0];
        List<ControlRow> rows = [.. priorities.SelectMany(p => rates.Select(rate => Measure(rate, seconds, rounds, p, peer)))];
        Print(rows, seconds, rounds, load, peer, priorities);
        if (json is not null) JsonReport.Write(json, new { Command = Environment.CommandLine, Hardware = Hardware.Describe(), Runtime = Environment.Version.ToString(), LoadBefore = load, LoadAfter = Load(), Seconds = seconds, Rounds = rounds, Rows = rows });
    }

    private static ControlRow Measure(int rate, int seconds, int rounds, int priority, bool peer)
    {
        var (ours, theirs, overruns, allocated) = (WakeUps.Of([]), WakeUps.Of([]), 0L, 0L);
        var turns = seconds * rate / rounds;
        for (var round = 0; round < rounds; round++)
        {
            if (peer && round % 2 == 1) theirs = theirs.Plus(CyclicTest.Run(rate, turns, priority));
            var run = PacedLoop.RunApart(rate, turns, priority);
            if (peer && round % 2 == 0) theirs = theirs.Plus(CyclicTest.Run(rate, turns, priority));
            (ours, overruns, allocated) = (ours.Plus(run.WakeUps), overruns + run.Overruns, allocated + run.AllocatedBytes);
        }

        return new(rate, priority, Lateness.Of(ours), peer ? Lateness.Of(theirs) : null, overruns, allocated);
    }

    private static void Print(List<ControlRow> rows, int seconds, int rounds, string load, bool peer, int[] priorities)
    {
        Console.WriteLine($"""
            {seconds} s of each program a row, in {rounds} rounds by turns; {Hardware.Describe()}; load average {load} before, {Load()} after
            control loop  all of it, as in the daemon: reads, follows plans, keeps limits and workspace, writes to an arm that is only numbers, records; a plan every 200 ms from another thread
            cyclictest    {(peer ? "sleeps and reads the clock, nothing else; --default-system; memory locked where it has a priority, as ours" : "not installed (Debian: rt-tests), so not run")}
            SCHED_FIFO    {(priorities.Length > 1 ? $"priority {priorities[1]}" : "not granted here, so not measured: run with CAP_SYS_NICE")}
            µs            from when a wake-up was due to when it came, rounded down
            """);
        AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 120);   // in a file, too
        var table = new Table().Border(TableBorder.Rounded).AddColumn("thread").AddColumn(new TableColumn("Hz").RightAligned()).AddColumn("program");
        foreach (var column in (string[])["p50 µs", "p99", "p99.9", "max", "p99.9 ÷ cyclictest's", "overruns", "bytes allocated"]) table.AddColumn(new TableColumn(column).RightAligned());
        foreach (var row in rows)
        {
            var thread = row.Priority > 0 ? $"SCHED_FIFO {row.Priority}" : "normal";
            table.AddRow([thread, $"{row.RateHz}", "control loop", .. Texts(row.Loop), row.RatioP999 is { } ratio ? Text.Number(ratio, 2) : "", $"{row.Overruns}", $"{row.AllocatedBytes}"]);
            if (row.CyclicTest is { } theirs) table.AddRow([thread, $"{row.RateHz}", "cyclictest", .. Texts(theirs), "", "", ""]);
        }

        AnsiConsole.Write(table);
    }

    private static string[] Texts(Lateness late) => [$"{late.P50Us}", $"{late.P99Us}", $"{late.P999Us}", $"{late.MaxUs}"];

    private static string Load() => string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ').Take(3));

    // On a thread of its own: scheduling belongs to a thread.
    private static bool IsGranted(int priority)
    {
        var granted = false;
        var thread = new Thread(() => granted = FifoScheduling.TryEnter(priority));
        thread.Start();
        thread.Join();
        return granted;
    }

    private sealed record Lateness(long Count, int P50Us, int P99Us, int P999Us, int MaxUs)
    {
        internal static Lateness Of(WakeUps late) => new(late.Count, late.Percentile(0.5), late.Percentile(0.99), late.Percentile(0.999), late.Max);
    }

    private sealed record ControlRow(int RateHz, int Priority, Lateness Loop, Lateness? CyclicTest, long Overruns, long AllocatedBytes)
    {
        public double? RatioP999 => CyclicTest is { P999Us: > 0 } theirs ? (double)Loop.P999Us / theirs.P999Us : null;
    }
}
