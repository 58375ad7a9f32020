using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Imaging;
using DepthVla.Robot.Imaging.Codecs;
using DepthVla.Robot.Imaging.Drawing;
using DepthVla.Robot.Simulation.Arms;
using Spectre.Console;

namespace DepthVla.Robot.Benchmarks.Splicing;

/// <summary>What becomes of chunks that take 210 ms, in simulated time: standing still, jerk, and how near the commands stay to the way that was meant.</summary>
internal static class SplicingBenchmark
{
    private const long PeriodNs = 2_000_000;
    private const double Inference = 0.210, Disagreement = 0.005, WarmUpSeconds = 2, DrawnSeconds = 5;
    private const int Steps = 16, ExecutedSteps = 8;
    private static readonly double[] Rates = [5, 10, 15];

    internal static void Run(double seconds, string? json, string? png)
    {
        List<SplicingRow> rows = [.. Rates.SelectMany(rate => Splicers(new ChunkedPath(rate, Steps, Disagreement)).Select(splicer => Measure(rate, splicer, seconds)))];
        Print(rows, seconds);
        if (json is not null) JsonReport.Write(json, new { Command = Environment.CommandLine, InferenceSeconds = Inference, Steps, Seconds = seconds, Rows = rows });
        if (png is null) return;
        Curve[] curves = [.. Splicers(new ChunkedPath(Rates[0], Steps, Disagreement)).Select(splicer => new Curve(splicer.Name, [.. Trace(splicer)]))];
        File.WriteAllBytes(png, PngCodec.Encode(LineChart.Draw($"commands to the first joint, rad, over {DrawnSeconds} s at {Rates[0]} policy steps a second", curves, new ImageSize(720, 400), ChartScale.Linear)));
    }

    // What the first joint is told, once all is running.
    private static IEnumerable<(double Seconds, double Command)> Trace(ISplicer splicer)
    {
        for (var k = 0; k * PeriodNs * 1e-9 < WarmUpSeconds + DrawnSeconds; k++)
        {
            var seconds = k * PeriodNs * 1e-9;
            var command = splicer.Next(seconds).Command[0];
            if (seconds >= WarmUpSeconds) yield return (seconds - WarmUpSeconds, command);
        }
    }

    private static ISplicer[] Splicers(ChunkedPath path)
    {
        var widow = Wx250s.Description;
        JointSpec[] joints = [.. widow.Joints.Where(joint => !joint.IsGripper)];
        var arm = new RobotDescription { Name = "six joints of a wx250s", Joints = [.. joints], Chain = [], Tool = default, Workspace = new(new(-1, -1, -1), new(1, 1, 1)) };
        return [new TimedSplicer(path, Inference, arm, PeriodNs), new BrokerSplicer(path, Inference, ExecutedSteps), new AveragingSplicer(path, Inference)];
    }

    private static SplicingRow Measure(double rateHz, ISplicer splicer, double seconds)
    {
        const double Dt = PeriodNs * 1e-9;
        var (still, jump, jerk, errors) = (0, 0.0, 0.0, new List<double>());
        var last = Enumerable.Repeat(ChunkedPath.At(0), 3).ToArray();
        var periods = (int)(seconds / Dt);
        for (var k = 0; k < periods; k++)
        {
            var (command, progress, isWaiting) = splicer.Next(k * Dt);
            if (k * Dt >= WarmUpSeconds)
            {
                if (isWaiting) still++;
                var way = ChunkedPath.At(progress);
                for (var j = 0; j < ChunkedPath.Joints; j++)
                {
                    jump = Math.Max(jump, Math.Abs(command[j] - last[2][j]));
                    jerk = Math.Max(jerk, Math.Abs(command[j] - 3 * last[2][j] + 3 * last[1][j] - last[0][j]) / (Dt * Dt * Dt));
                    errors.Add(Math.Abs(command[j] - way[j]));
                }
            }

            last = [last[1], last[2], command];
        }

        errors.Sort();
        return new(rateHz, splicer.Name, still / (periods - WarmUpSeconds / Dt), 1000 * jump, jerk, 1000 * Math.Sqrt(errors.Average(e => e * e)), 1000 * errors[(int)(0.99 * errors.Count)]);
    }

    private static void Print(List<SplicingRow> rows, double seconds)
    {
        Console.WriteLine($"""
            {seconds} s of simulated time at 500 commands a second; six joints along a smooth way of at most 0.5 rad/s; inference takes {1000 * Inference} ms; chunks of {Steps} steps, each chunk off by its own
            {1000 * Disagreement} mrad (σ). openpi's broker carries out {ExecutedSteps} steps, then asks; LeRobot asks at half a queue and mixes 0.3 old and 0.7 new; both hand out one position a step, and what a
            drive makes of that is the drive's. The others are written here after their public descriptions, not run.
            still   share of the time with nothing to carry out
            jump    largest difference of two commands in a row; jerk: largest third difference over dt³ (the arm's limit is {Wx250s.Description.Joints[0].MaxJerk} rad/s³)
            error   of commands against the way, at the place of the way that the arm has got to (waiting does not count)
            """);
        AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 120);   // in a file, too
        var table = new Table().Border(TableBorder.Rounded).AddColumn(new TableColumn("rate Hz").RightAligned()).AddColumn("splicer");
        foreach (var column in (string[])["still %", "jump mrad", "peak jerk", "error rms mrad", "p99 mrad"]) table.AddColumn(new TableColumn(column).RightAligned());
        foreach (var r in rows)
            table.AddRow(Text.Number(r.RateHz, 0), r.Splicer, Text.Number(100 * r.Still, 1), Text.Number(r.JumpMrad, 2), Text.Number(r.PeakJerk, 0), Text.Number(r.RmsMrad, 1), Text.Number(r.P99Mrad, 1));
        AnsiConsole.Write(table);
    }

    private sealed record SplicingRow(double RateHz, string Splicer, double Still, double JumpMrad, double PeakJerk, double RmsMrad, double P99Mrad);
}
