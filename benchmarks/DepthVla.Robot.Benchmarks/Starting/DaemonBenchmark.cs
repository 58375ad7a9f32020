using DepthVla.Robot.Benchmarks.Fleet;
using DepthVla.Robot.Imaging.Codecs;
using DepthVla.Robot.Learning.Evaluation.Results;
using Spectre.Console;

namespace DepthVla.Robot.Benchmarks.Starting;

/// <summary>The daemon as it is built and as one executable that was compiled ahead of time: size, time until it controls, memory.</summary>
internal static class DaemonBenchmark
{
    /// <param name="native">What eng/publish-daemon.sh made.</param>
    /// <param name="checkpoint">Served meanwhile, in a process of its own.</param>
    /// <param name="rounds">Starts of each, by turns.</param>
    /// <param name="seconds">That each drives before its memory is read.</param>
    /// <param name="json">Where every figure goes; null for nowhere.</param>
    internal static async Task RunAsync(string native, string checkpoint, int rounds, int seconds, string? json)
    {
        var picture = Path.ChangeExtension(Path.GetTempFileName(), ".png");
        await File.WriteAllBytesAsync(picture, PngCodec.Encode(Scene.Of(224, 224)));
        try
        {
            using var server = FleetServer.Start(checkpoint, "cpu", threads: 1);
            List<DaemonRow> rows = [new("built, .NET runtime", Built(), []), new("one executable", Path.GetFullPath(native), [])];
            for (var round = 0; round < rounds; round++)
            {
                foreach (var row in rows) row.Starts.Add(await MeasureAsync(row.Program, server.Address, picture, TimeSpan.FromSeconds(seconds)));
            }

            Print(rows, seconds);
            if (json is not null) JsonReport.Write(json, new { Command = Environment.CommandLine, Hardware = Hardware.Describe(), Runtime = Environment.Version.ToString(), Seconds = seconds, Rows = rows });
        }
        finally
        {
            File.Delete(picture);
        }
    }

    private static async Task<DaemonStart> MeasureAsync(string program, string server, string picture, TimeSpan driving)
    {
        var help = StartedDaemon.HelpMs(program);
        using var daemon = new StartedDaemon(program, server, picture);
        var firstTurn = await daemon.FirstTurnMsAsync();
        await Task.Delay(driving);
        return new(help, firstTurn, daemon.ResidentMiB);
    }

    private static void Print(List<DaemonRow> rows, int seconds)
    {
        Console.WriteLine($"""
            {rows[0].Starts.Count} starts of each by turns, medians; {Hardware.Describe()}
            MB          of the executable and all that lies beside it; the built one needs a .NET runtime of some 80 MB, too
            first turn  from the start of the process until the control thread, rehearsed, sleeps until its first turn: --arm mirror, two pictures for cameras
            resident    {seconds} s later, driven by a server; each further second adds 0.23 MB to the log of commands, for 10 minutes
            """);
        var table = new Table().Border(TableBorder.Rounded).AddColumn("daemon");
        foreach (var column in (string[])["MB", "--help ms", "first turn ms", "resident MiB"]) table.AddColumn(new TableColumn(column).RightAligned());
        foreach (var row in rows)
            table.AddRow(row.Name, Text.Number(row.Megabytes, 1), Text.Number(row.Median(s => s.HelpMs), 0), Text.Number(row.Median(s => s.FirstTurnMs), 0), Text.Number(row.Median(s => s.ResidentMiB), 0));
        AnsiConsole.Write(table);
    }

    // This program lies in bin/PROJECT/CONFIGURATION, and so does the daemon.
    private static string Built()
    {
        var here = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        return Path.GetFullPath(Path.Combine(here, "..", "..", "DepthVla.Robot.Daemon", Path.GetFileName(here), "depthvla-daemon"));
    }

    private sealed record DaemonStart(double HelpMs, double FirstTurnMs, double ResidentMiB);

    private sealed record DaemonRow(string Name, string Program, List<DaemonStart> Starts)
    {
        public double Megabytes => new DirectoryInfo(Path.GetDirectoryName(Program)!).EnumerateFiles("*", SearchOption.AllDirectories)
            .Where(file => file.Extension is not (".pdb" or ".xml" or ".dbg")).Sum(file => file.Length) / 1e6;

        internal double Median(Func<DaemonStart, double> of) => Starts.Select(of).Order().ElementAt(Starts.Count / 2);
    }
}
