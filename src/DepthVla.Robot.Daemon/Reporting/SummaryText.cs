using System.Globalization;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Daemon.Attempts;

namespace DepthVla.Robot.Daemon.Reporting;

/// <summary>A run for people: one screen.</summary>
internal static class SummaryText
{
    public static void Write(TextWriter output, RunSummary run)
    {
        void Row(string name, FormattableString value) => output.WriteLine($"  {name,-12} {value.ToString(CultureInfo.InvariantCulture)}");
        var (model, latency, control) = (run.Model, run.LatencyMs, run.Control);

        output.WriteLine();
        if (run.Arm.Fault is not null) Row("ARM FAILED", $"{run.Arm.Fault}");
        if (model.Hash.Length == 0) Row("model", $"{model.Name}");
        else Row("model", $"{model.Name} {ModelHash.Short(model.Hash)}, {model.Parameters / 1e6:0.0} M parameters, {model.Precision} on {model.Device}{(model.Trained ? "" : "; UNTRAINED: random weights, random moves")}");
        if (run.Instruction.Length > 0) Row("instruction", $"\"{run.Instruction}\"");
        if (run.Tasks.Count > 0) WriteTasks(output, run);
        Row("run", $"{run.Seconds:0.0} s, {run.Sessions} session(s), {run.Observations} observations, {run.Chunks} chunks, {run.Superseded} superseded, {run.Failed} failed, {run.Unanswered} unanswered{(run.Withheld > 0 ? $", {run.Withheld} kept back for what a camera showed" : "")}");
        Row("latency", $"p50 {latency.P50:0.0}  p95 {latency.P95:0.0}  p99 {latency.P99:0.0}  max {latency.Max:0.0} ms, capture to chunk; budget {run.BudgetMs:0} ms, missed {run.DeadlineMisses}");
        Row("stages", $"{string.Join("  ", run.StagesMs.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Key} {s.Value:0.0}")))} ms");
        Row("control", $"{control.Ticks} ticks at {control.RateHz} Hz, {control.Overruns} overruns, wake-up p50 {control.WakeupUs.P50:0} p99 {control.WakeupUs.P99:0} max {control.WakeupUs.Max:0} us, {control.AllocatedBytes} bytes allocated");
        Row("limits", $"{string.Join("  ", run.LimitEvents.Select(l => $"{l.Key} {l.Value}"))} (times each shaped a command)");
        if (run.StepsUnreached > 0) Row("unreached", $"{run.StepsUnreached} steps whose tool pose was beyond workspace, ranges or speed; the nearest was taken");
        Row("modes", $"{string.Join("  ", run.Modes.Select(m => string.Create(CultureInfo.InvariantCulture, $"{m.Key} {m.Value.Seconds:0.0} s")))}");
        Row("holds", $"{run.Holds}{Holds(run)}");
        Row("standstill", $"at most {run.Standstill.TotalS:0.00} s after the last chunk ({run.Standstill.PlanValidityS:0.00} s of plan, {run.Standstill.BrakeS:0.00} s of braking)");
        Row(run.Arm.Simulated ? "physics" : "referee", $"{run.Physics.Steps} {(run.Arm.Simulated ? "steps" : "commands")} judged, {(run.Physics.Violations.Count == 0 ? "no limit violated" : $"{run.Physics.Violations.Count} LIMITS VIOLATED")}");
        foreach (var violation in run.Physics.Violations) Row("", $"{violation}");
        foreach (var broken in run.BrokenPromises) Row("BROKEN", $"{broken}");
    }

    private static void WriteTasks(TextWriter output, RunSummary run)
    {
        var (width, cut) = (run.Tasks.Max(t => t.Task.Length), run.AttemptsCutShort > 0 ? $"; {run.AttemptsCutShort} cut short by the end, not counted" : "");
        output.WriteLine($"  {"tasks",-12} {run.Tasks.Sum(t => t.Successes)} of {run.Tasks.Sum(t => t.Attempts)} attempts succeeded{cut}");
        foreach (var task in run.Tasks.Where(t => t.Attempts > 0))
        {
            var outcomes = run.Outcomes.Where(o => o.Task == task.Task).Select(OutcomeText.Of);
            output.WriteLine($"  {"",-12} {task.Task.PadRight(width)}  {task.Successes}/{task.Attempts}  {string.Join("; ", outcomes)}");
        }
    }

    private static string Holds(RunSummary run) => run.HoldsByReason.Count == 0
        ? ""
        : $" ({string.Join(", ", run.HoldsByReason.Select(h => string.Create(CultureInfo.InvariantCulture, $"{h.Key} {h.Value.Count} x, {h.Value.Seconds:0.0} s")))})";
}
