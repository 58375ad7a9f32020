using DepthVla.Robot.Learning.Evaluation;
using DepthVla.Robot.Learning.Evaluation.Results;
using DepthVla.Robot.Model.Policies;
using DepthVla.Robot.Simulation.Worlds;
using DepthVla.Robot.Torch.Tensors;
using Spectre.Console;

namespace DepthVla.Robot.Benchmarks.Shortcuts;

/// <summary>
/// What fewer flow steps and older depth save, and how far they move chunks: at every observation of real attempts, with the same noise, the checkpoint as it
/// is and its shortcuts are asked one after the other. The arm does what the checkpoint as it is says.
/// </summary>
internal static class ShortcutsBenchmark
{
    internal static void Run(string folder, TorchDevice device, IReadOnlyList<int> flowSteps, IReadOnlyList<int> depthEvery, int seeds, string? json, CancellationToken stop)
    {
        (string Name, PolicyChoices Choices)[] all =
        [
            ("as it is", new()), .. flowSteps.Select(n => ($"{n} flow steps", new PolicyChoices { FlowSteps = n })),
            .. depthEvery.Select(n => ($"depth every {n}", new PolicyChoices { DepthEvery = n, Engine = InferenceEngine.Eager })),
        ];
        using var asked = new ShortcutPolicy([.. all.Select(one => new Shortcut(one.Name, DepthVlaPolicy.Load(folder, device, one.Choices)))]);
        var plan = new EvaluationPlan { Tasks = [.. TabletopTask.All.Where(task => task.Scene != TabletopScene.Heights)], Seeds = seeds };
        EvaluationRun.Run(plan, 1, _ => asked, _ => { }, stop);
        ShortcutRow[] rows = [.. asked.Rows()];
        Print(asked.Info.Name, asked.Observations, rows);
        if (json is not null) JsonReport.Write(json, new { Command = Environment.CommandLine, Model = asked.Info.Name, Device = device.ToString(), Hardware = Hardware.Describe(), asked.Observations, Rows = rows });
    }

    private static void Print(string model, int observations, ShortcutRow[] rows)
    {
        Console.WriteLine($"{model}: {observations} observations of attempts, all asked about each in turn with the same noise; {Hardware.Describe()}");
        AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 120);
        var table = new Table().Border(TableBorder.Rounded).AddColumn("");
        foreach (var column in (string[])["CPU ms", "of all", "p50 ms", "cosine", "least", "mm p50", "p95", "max", "mrad p50", "p95", "max"])
            table.AddColumn(new TableColumn(column).RightAligned());
        foreach (var row in rows)
        {
            table.AddRow(row.Name, Text.Number(row.ProcessorMs, 1), Text.Number(row.ProcessorMs / rows[0].ProcessorMs, 2), Text.Number(row.P50Ms, 1), Text.Number(row.MeanCosine, 4), Text.Number(row.LeastCosine, 2),
                Text.Number(row.Millimetres.P50, 2), Text.Number(row.Millimetres.P95, 2), Text.Number(row.Millimetres.Max, 2),
                Text.Number(row.Milliradians.P50, 1), Text.Number(row.Milliradians.P95, 1), Text.Number(row.Milliradians.Max, 1));
        }

        AnsiConsole.Write(table);
        Console.WriteLine("CPU ms: processor time of an answer on average, all threads, and its share of that as it is; p50 ms: by the clock; cosine of the whole chunk; mm, mrad: the largest difference in a chunk from that of the checkpoint as it is");
    }
}
