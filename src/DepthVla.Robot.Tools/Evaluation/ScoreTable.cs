using System.Globalization;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Learning.Evaluation.OpenLoop;
using DepthVla.Robot.Learning.Evaluation.Policies;
using DepthVla.Robot.Learning.Evaluation.Results;
using Spectre.Console;

namespace DepthVla.Robot.Tools.Evaluation;

/// <summary>Prints results for people.</summary>
internal static class ScoreTable
{
    internal static void Print(EvaluationReport report)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn("task");
        foreach (var heading in (string[])["done", "rate %", "95 %", "progress %", "s"]) table.AddColumn(new TableColumn(heading).RightAligned());
        foreach (var score in report.Tasks) table.AddRow(Cells(score));
        if (!report.Families.IsEmpty) table.AddEmptyRow();
        foreach (var score in report.Families) table.AddRow(Cells(score));
        AnsiConsole.Write(table);
        Model(report.Policy, report.Control);
        var (seconds, made) = (report.Seconds, report.Attempts.Length);
        Say($"seeds        {report.FirstSeed} to {report.FirstSeed + report.Seeds - 1}");
        var answered = report.LatencyMs is { } latency ? Text($"its chunk {latency:0} ms later") : "its chunk when the server has it; real time, through server and daemon";
        Say($"timing       an observation every {report.ObservationPeriodMs:0} ms, {answered}");
        if (report.Attempts.Any(a => a.SeamRadians is not null)) Say($"seams        {1000 * report.Attempts.Average(a => a.SeamRadians ?? 0):0.0} mrad from plan to plan, the mean of the attempts' medians; continuation: {report.Policy.Continues}");
        Say($"run          {made} attempts in {seconds:0} s, {60 * made / seconds:0.0} a minute; workers: {report.Workers}; {report.Hardware}");
        if (!report.Complete) Console.WriteLine("             ended early: what there is so far");
        foreach (var promise in report.BrokenPromises) Console.WriteLine($"BROKEN       {promise}");
        if (report.Attempts.Sum(a => a.Refused) is > 0 and var refused) Console.WriteLine($"refused      {refused} chunks");
    }

    internal static void Print(OpenLoopReport report)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn("error");
        string[] headings = ["unit", "all steps", "first step", "last step", "of staying"];
        foreach (var heading in headings) table.AddColumn(new TableColumn(heading).RightAligned());
        foreach (var error in report.Errors)
        {
            string Number(double value) => value.ToString(error.Unit == "mm" ? "0.00" : "0.0000", CultureInfo.InvariantCulture);
            table.AddRow(error.Name, error.Unit, Number(error.All), Number(error.First), Number(error.Last), Number(error.Still));
        }

        AnsiConsole.Write(table);
        Model(report.Policy, report.Control);
        Say($"data         {report.Data}: {report.Frames} frames of {report.Episodes} episodes kept back, in {report.Seconds:0} s");
    }

    private static string[] Cells(Score score) =>
    [
        Markup.Escape(score.Name), $"{score.Done.Successes}/{score.Done.Attempts}", Text($"{100 * score.Done.Rate:0.0}"),
        Text($"{100 * score.Done.Low:0.0} - {100 * score.Done.High:0.0}"), Text($"{100 * score.Progress:0.0}"),
        score.Seconds is { } s ? Text($"{s:0.0}") : "",
    ];

    private static void Model(PolicyInfo model, PolicyControl control)
    {
        var hash = model.ModelHash.Length > 0 ? $" {ModelHash.Short(model.ModelHash)}" : "";
        var taken = control == PolicyControl.None ? "" : $"; control: {control}";
        Console.WriteLine($"policy       {model.Name}{hash}{(model.Trained ? "" : "; UNTRAINED, random weights")}{taken}");
    }

    private static void Say(FormattableString text) => Console.WriteLine(Text(text));

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
