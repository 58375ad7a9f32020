using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using DepthVla.Robot.Learning.Evaluation.Results;
using DepthVla.Robot.Simulation.Tasks;

namespace DepthVla.Robot.Learning.Studies;

/// <summary>The results of a study as a page: what was asked, a row a variant, settings, and how it was run.</summary>
public static class StudyPage
{
    /// <summary>Markdown; says so when results are missing.</summary>
    public static string Write(StudyConfig study, string studyFile, string baseConfig, ImmutableArray<StudyResult> results, bool complete)
    {
        ArgumentNullException.ThrowIfNull(study);
        var page = new StringBuilder();
        void Line(FormattableString text) => page.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');
        Line($"# {study.Name}\n\n{study.Question}\n");
        if (!complete) Line($"**Not finished:** {results.Length} of {study.Variants.Length * study.Seeds.Length} runs are done.\n");
        Line($"Success over {study.Seeds.Length} training seeds, {study.Attempts} unseen tables a task and seed; in brackets the 95 % interval (Wilson, attempts pooled) and the rates of the seeds. \"x, y, z of a chunk\" is how far its positions are from the expert's on frames never learned from, in the mean over the steps.\n");
        Line($"| variant | {string.Join(" | ", study.Tasks)} | all tasks | by seed | x, y, z of a chunk, mm | L_flow | L_si | steps | minutes, fastest seed | paper (Simpler) |");
        Line($"|---|{string.Concat(study.Tasks.Select(_ => "---|"))}---|---|---|---|---|---|---|---|");
        foreach (var variant in study.Variants)
        {
            var runs = results.Where(r => r.Variant == variant.Name).OrderBy(r => r.Seed).ToArray();
            if (runs.Length == 0)
            {
                Line($"| {variant.Name} | {string.Concat(study.Tasks.Select(_ => "| "))}| | | | | | | {Percent(variant.Paper)} |");
                continue;
            }

            var cells = study.Tasks.Select(task => Rate(runs.SelectMany(r => r.Outcomes).Where(o => o.Task == task)));
            var bySeed = string.Join(", ", runs.Select(r => Percent(100.0 * r.Outcomes.Count(o => o.Success) / r.Outcomes.Length)));
            Line($"| {variant.Name} | {string.Join(" | ", cells)} | **{Rate(runs.SelectMany(r => r.Outcomes))}** | {bySeed} | {Distances(runs)} | {Number(runs.Average(r => r.ValidationFlow))} | {Number(runs.Average(r => r.ValidationDepth))} | {runs.Average(r => r.Steps):0} | {runs.Min(r => r.TrainingSeconds) / 60:0.0} | {Percent(variant.Paper)} |");
        }

        Line($"\nTraining took {results.Where(r => study.Variants.First(v => v.Name == r.Variant).PolicyOf is null).Sum(r => r.TrainingSeconds) / 3600:0.0} h and judging {results.Sum(r => r.JudgingSeconds) / 3600:0.0} h of one thread each, on {string.Join("; ", results.Select(r => r.Hardware).Distinct())}. `depthvla ablate --study {studyFile}` runs it again.\n");
        Line($"Shared by all variants:\n\n```json\n{baseConfig.Trim()}\n```");
        return page.ToString();
    }

    private static string Rate(IEnumerable<TaskOutcome> outcomes)
    {
        var all = outcomes.ToArray();
        if (all.Length == 0) return "";
        var done = new Proportion(all.Count(o => o.Success), all.Length);
        return string.Create(CultureInfo.InvariantCulture, $"{100 * done.Rate:0.0} % [{100 * done.Low:0}–{100 * done.High:0}]");
    }

    private static string Distances(StudyResult[] runs) => string.Join(", ", ((string[])["dx", "dy", "dz"]).Select(axis =>
        runs.SelectMany(r => r.OpenLoop).Where(e => e.Name == axis).Select(e => e.All).DefaultIfEmpty(double.NaN).Average().ToString("0.0", CultureInfo.InvariantCulture)));

    private static string Percent(double? value) => value is { } v ? string.Create(CultureInfo.InvariantCulture, $"{v:0.0}") : "";

    private static string Number(double value) => double.IsNaN(value) ? "" : value.ToString("0.000", CultureInfo.InvariantCulture);
}
