using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json.Nodes;
using DepthVla.Robot.Learning.Configuration;
using DepthVla.Robot.Learning.Evaluation;
using DepthVla.Robot.Learning.Evaluation.Results;
using DepthVla.Robot.Learning.Training;
using DepthVla.Robot.Model.Policies;
using DepthVla.Robot.Simulation.Worlds;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Learning.Studies;

/// <summary>Trains and judges what a study still lacks. Ended at any moment and started again, it goes on; several processes share the work.</summary>
/// <remarks>
/// A folder a variant and seed under the study's. What is finished there (a checkpoint's training, result.json) is not done again; what another
/// process is at is left to it.
/// </remarks>
public sealed class StudyRun
{
    internal const string ResultFile = "result.json";
    private readonly StudyConfig _study;
    private readonly string _configFolder, _folder;
    private readonly TorchDevice _device;
    private readonly Action<string> _tell;

    private StudyRun(StudyConfig study, string configFolder, string folder, TorchDevice device, Action<string> tell) =>
        (_study, _configFolder, _folder, _device, _tell) = (study, configFolder, folder, device, tell);

    /// <summary>Does what is missing.</summary>
    /// <param name="studyFile">The study; paths in it are beside it.</param>
    /// <param name="folder">Where its runs go.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="tell">Is told what is being done.</param>
    /// <param name="stop">Ends it; what was being trained keeps its state.</param>
    /// <returns>The results there are, and whether all are.</returns>
    /// <exception cref="FormatException">The study or a config it makes cannot be used.</exception>
    public static (ImmutableArray<StudyResult> Results, bool Complete) Run(string studyFile, string folder, TorchDevice device, Action<string> tell, CancellationToken stop)
    {
        var study = Read(studyFile);
        new StudyRun(study, Path.GetDirectoryName(Path.GetFullPath(studyFile))!, Path.GetFullPath(folder), device, tell).Run(stop);
        return Results(study, folder);
    }

    /// <summary>A study from its file, checked.</summary>
    /// <exception cref="FormatException">Every problem is listed.</exception>
    public static StudyConfig Read(string studyFile)
    {
        var study = LearningJson.Read<StudyConfig>(studyFile);
        var names = study.Variants.Select(v => v.Name).ToArray();
        var problems = new List<string>();
        void Expect(bool holds, string problem)
        {
            if (!holds) problems.Add(problem);
        }

        Expect(names.Distinct().Count() == names.Length, "variants: expected each name once");
        Expect(study.Seeds.Length > 0, "seeds: expected at least one");
        Expect(study.Attempts > 0, $"attempts: expected 1 or more, got {study.Attempts}");
        foreach (var task in study.Tasks) Expect(TabletopTask.All.Any(t => t.Name == task), $"tasks: expected one of {string.Join(", ", TabletopTask.All.Select(t => t.Name))}, got {task}");
        foreach (var v in study.Variants)
        {
            Expect(v.TimeOf is null == v.SpeedOf is null, $"variants.{v.Name}: expected time_of and speed_of together");
            foreach (var other in (string?[])[v.TimeOf, v.SpeedOf, v.PolicyOf]) Expect(other is null || Array.IndexOf(names, other) is >= 0 and var at && at < Array.IndexOf(names, v.Name), $"variants.{v.Name}: expected a variant before it, got {other}");
        }

        return problems.Count == 0 ? study : throw new FormatException($"{studyFile}: {string.Join("; ", problems)}");
    }

    /// <summary>The results that lie in a study's folder.</summary>
    public static (ImmutableArray<StudyResult> Results, bool Complete) Results(StudyConfig study, string folder)
    {
        var wanted = study.Variants.SelectMany(v => study.Seeds.Select(s => Path.Combine(RunFolder(folder, v.Name, s), ResultFile))).ToArray();
        return ([.. wanted.Where(File.Exists).Select(LearningJson.Read<StudyResult>)], wanted.All(File.Exists));
    }

    private void Run(CancellationToken stop)
    {
        foreach (var seed in _study.Seeds)
        {
            if (_study.Pretraining is { } pretraining) Train("pretraining", seed, MergePatch.Apply(Base(), pretraining), null, stop);
            foreach (var variant in _study.Variants)
            {
                if (stop.IsCancellationRequested) return;
                try { One(variant, seed, stop); }
                catch (IOException e) when (e.Message.Contains("another training run", StringComparison.Ordinal)) { _tell($"{variant.Name}, seed {seed}: another process is at it"); }
            }
        }
    }

    private void One(StudyVariant variant, int seed, CancellationToken stop)
    {
        var run = RunFolder(_folder, variant.Name, seed);
        if (File.Exists(Path.Combine(run, ResultFile))) return;
        var trained = variant.PolicyOf is { } other ? RunFolder(_folder, other, seed) : run;
        if (variant.PolicyOf is null)
        {
            var training = MergePatch.Apply(Base(), variant.Training);
            if (variant.Pretrained && _study.Pretraining is not null)
                training["from"] = new JsonArray(new JsonObject { ["checkpoint"] = Path.Combine(RunFolder(_folder, "pretraining", seed), "checkpoint"), ["part"] = "depth" });
            if (variant is { TimeOf: { } timed, SpeedOf: { } speed })
            {
                var (time, pace) = (RunLog.Of(RunFolder(_folder, timed, seed)), RunLog.Of(RunFolder(_folder, speed, seed)));
                if (time.Seconds == 0 || pace.Seconds == 0) return;                                // another process is still at them
                training["steps"] = (int)(pace.Steps * time.Seconds / pace.Seconds);
            }

            if (!Train(variant.Name, seed, training, variant.Model, stop)) return;
        }
        else if (!File.Exists(Path.Combine(trained, ResultFile))) return;

        Directory.CreateDirectory(run);
        _tell($"{variant.Name}, seed {seed}: judging");
        var plan = new EvaluationPlan { Tasks = [.. _study.Tasks.Select(TabletopTask.Named)], Seeds = _study.Attempts };
        var checkpoint = Path.Combine(trained, "checkpoint");
        var began = Stopwatch.GetTimestamp();
        var attempts = EvaluationRun.Run(plan, 1, _ => DepthVlaPolicy.Load(checkpoint, _device, variant.MaskDepth), _ => { }, stop);
        if (attempts.Length < plan.Count) return;
        var log = RunLog.Of(trained);
        var result = new StudyResult
        {
            Variant = variant.Name, Seed = seed, Steps = log.Steps, TrainingSeconds = log.Seconds, ValidationFlow = log.Flow, ValidationDepth = log.Depth,
            JudgingSeconds = Stopwatch.GetElapsedTime(began).TotalSeconds, Hardware = Hardware.Describe(), Outcomes = [.. attempts.Select(a => a.Outcome)],
        };
        File.WriteAllText(Path.Combine(run, ResultFile), LearningJson.Write(result));
    }

    private JsonObject Base() => JsonNode.Parse(File.ReadAllText(Path.Combine(_configFolder, _study.Base)), documentOptions: new() { CommentHandling = System.Text.Json.JsonCommentHandling.Skip })!.AsObject();

    // The config that is trained lies in the run's folder, with paths that hold from there.
    private bool Train(string name, int seed, JsonObject training, JsonObject? modelPatch, CancellationToken stop)
    {
        var run = RunFolder(_folder, name, seed);
        Directory.CreateDirectory(run);
        var baseFolder = Path.GetDirectoryName(Path.GetFullPath(Path.Combine(_configFolder, _study.Base)))!;
        var model = JsonNode.Parse(File.ReadAllText(Path.Combine(baseFolder, training["model"]!.GetValue<string>())))!.AsObject();
        File.WriteAllText(Path.Combine(run, "model.json"), MergePatch.Apply(model, modelPatch).ToJsonString());
        (training["name"], training["model"], training["seed"]) = ($"{_study.Name}-{name}-{seed}", "model.json", seed);
        training["data"] = new JsonArray([.. training["data"]!.AsArray().Select(d => (JsonNode)Path.GetFullPath(Path.Combine(baseFolder, d!.GetValue<string>())))]);
        var file = Path.Combine(run, "training.json");
        File.WriteAllText(file, training.ToJsonString());

        if (RunLog.Of(run).Steps >= training["steps"]!.GetValue<int>() && Directory.Exists(Path.Combine(run, "checkpoint"))) return true;
        _tell($"{name}, seed {seed}: training");
        return TrainingRun.Run(file, run, _device, progress => { if (progress.Line is { } line) _tell($"{name}, seed {seed}: step {progress.Step} of {progress.Steps}, flow {line.Flow:0.000}, depth {line.Depth:0.000}"); }, stop) is not null;
    }

    private static string RunFolder(string folder, string variant, int seed) =>
        Path.Combine(folder, $"{string.Concat(variant.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '-'))}-{seed}");
}
