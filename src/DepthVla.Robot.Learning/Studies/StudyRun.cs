using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json.Nodes;
using DepthVla.Robot.Learning.Configuration;
using DepthVla.Robot.Learning.Evaluation;
using DepthVla.Robot.Learning.Evaluation.OpenLoop;
using DepthVla.Robot.Learning.Evaluation.Policies;
using DepthVla.Robot.Learning.Evaluation.Results;
using DepthVla.Robot.Learning.Training;
using DepthVla.Robot.Model.Policies;
using DepthVla.Robot.Simulation.Worlds;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Learning.Studies;

/// <summary>Trains and judges what a study still lacks. Ended at any moment and started again, it goes on; several processes share the work.</summary>
/// <remarks>
/// A folder a variant and seed under the study's. What is finished there (a checkpoint's training, result.json) is not done again; what another
/// process is at is left to it. Results may also come from elsewhere, as long as they were made with the same settings.
/// </remarks>
public sealed class StudyRun
{
    internal const string ResultFile = "result.json", ConfigFile = "training.json";

    // Between two looks at what others are doing.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly StudyConfig _study;
    private readonly StudySettings _settings;
    private readonly string _folder;
    private readonly TorchDevice _device;
    private readonly Action<string> _tell;

    private StudyRun(StudyConfig study, string configFolder, string folder, TorchDevice device, Action<string> tell) =>
        (_study, _settings, _folder, _device, _tell) = (study, new StudySettings(study, configFolder), folder, device, tell);

    /// <summary>Does what is missing.</summary>
    /// <param name="studyFile">The study; paths in it are beside it.</param>
    /// <param name="folder">Where its runs go.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="tell">Is told what is being done.</param>
    /// <param name="stop">Ends it; what was being trained keeps its state.</param>
    /// <param name="known">Results made elsewhere: not made again if their settings are those of the study now.</param>
    /// <returns>The results there are, and whether all are.</returns>
    /// <exception cref="FormatException">The study or a config it makes cannot be used.</exception>
    public static (ImmutableArray<StudyResult> Results, bool Complete) Run(
        string studyFile, string folder, TorchDevice device, Action<string> tell, CancellationToken stop, ImmutableArray<StudyResult> known = default)
    {
        var study = Read(studyFile);
        var run = new StudyRun(study, Path.GetDirectoryName(Path.GetFullPath(studyFile))!, Path.GetFullPath(folder), device, tell);
        if (!known.IsDefault) run.Take(known);
        run.Run(stop);
        return run.Results();
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
            foreach (var part in v.Pretrained ?? []) Expect(study.Pretraining.Any(p => p.Part == part), $"variants.{v.Name}.pretrained: expected {string.Join(", ", study.Pretraining.Select(p => p.Part))}, got {part}");
            foreach (var other in (string?[])[v.TimeOf, v.SpeedOf, v.PolicyOf]) Expect(other is null || Array.IndexOf(names, other) is >= 0 and var at && at < Array.IndexOf(names, v.Name), $"variants.{v.Name}: expected a variant before it, got {other}");
        }

        return problems.Count == 0 ? study : throw new FormatException($"{studyFile}: {string.Join("; ", problems)}");
    }

    // Where there is none of its own yet, and of this study as it is.
    private void Take(ImmutableArray<StudyResult> known)
    {
        foreach (var result in known)
        {
            if (_study.Variants.FirstOrDefault(v => v.Name == result.Variant) is not { } variant || !_study.Seeds.Contains(result.Seed)) continue;
            var run = RunFolder(_folder, variant.Name, result.Seed);
            if (result.Settings != _settings.Of(variant)) _tell($"{result.Variant}, seed {result.Seed}: the result known was made with other settings, and is not used");
            else if (Result(variant, result.Seed) is null) Write(run, result);
        }
    }

    private (ImmutableArray<StudyResult> Results, bool Complete) Results()
    {
        var all = _study.Variants.SelectMany(v => _study.Seeds.Select(seed => Result(v, seed))).ToArray();
        return ([.. all.OfType<StudyResult>()], all.All(result => result is not null));
    }

    // Null until there is one that was made as the study says now.
    private StudyResult? Result(StudyVariant variant, int seed)
    {
        var file = Path.Combine(RunFolder(_folder, variant.Name, seed), ResultFile);
        return File.Exists(file) && LearningJson.Read<StudyResult>(file) is var result && result.Settings == _settings.Of(variant) ? result : null;
    }

    // What another process is at, or what needs that, is looked at again until nothing is missing.
    private void Run(CancellationToken stop)
    {
        while (!_study.Seeds.Select(seed => Complete(seed, stop)).ToArray().All(complete => complete))
        {
            if (stop.WaitHandle.WaitOne(Patience)) return;
        }
    }

    private bool Complete(int seed, CancellationToken stop)
    {
        var complete = true;
        foreach (var part in _study.Pretraining.TakeWhile(_ => !stop.IsCancellationRequested)) complete &= Alone(RunFolder(_folder, Pretraining(part), seed), () => Train(Pretraining(part), seed, _settings.Training(part), stop));
        foreach (var variant in _study.Variants)
        {
            if (stop.IsCancellationRequested) return false;
            var run = RunFolder(_folder, variant.Name, seed);
            complete &= Result(variant, seed) is not null || Alone(run, () => Complete(variant, seed, run, stop));
        }

        return complete;
    }

    private static bool Alone(string run, Func<bool> work)
    {
        Directory.CreateDirectory(run);
        FileStream claim;
        try { claim = new FileStream(Path.Combine(run, ".study"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose); }
        catch (IOException) { return false; }
        using (claim) return work();
    }

    private bool Complete(StudyVariant variant, int seed, string run, CancellationToken stop)
    {
        if (variant.PolicyOf is not { } other) return Trained(variant, seed, stop) && Judge(variant, seed, run, run, stop);
        var (owner, trained) = (Named(other), RunFolder(_folder, other, seed));
        if (Result(owner, seed) is null) return false;                                           // another process may be at it
        return Alone(trained, () => Trained(owner, seed, stop)) && Judge(variant, seed, run, trained, stop);   // its result may have come without the policy
    }

    private bool Trained(StudyVariant variant, int seed, CancellationToken stop) =>
        Training(variant, seed) is { } training && Train(variant.Name, seed, training, stop);

    // Null until what it needs is there.
    private JsonObject? Training(StudyVariant variant, int seed)
    {
        var training = _settings.Training(variant);
        var parts = _settings.Parts(variant).Select(part => (part.Part, Run: RunFolder(_folder, Pretraining(part), seed))).ToArray();
        if (!parts.All(part => IsTrained(part.Run))) return null;
        if (parts.Length > 0) training["from"] = new JsonArray([.. parts.Select(part => new JsonObject { ["checkpoint"] = Path.Combine(part.Run, "checkpoint"), ["part"] = part.Part })]);
        if (variant is not { TimeOf: { } timed, SpeedOf: { } speed }) return training;
        if (Result(Named(timed), seed) is not { } time || Result(Named(speed), seed) is null) return null;
        training["steps"] = (int)Math.Max(1, time.Steps * SecondsPerStep(timed) / SecondsPerStep(speed));
        return training;
    }

    // Of the fastest seed: other programs on the machine only slow a run down.
    private double SecondsPerStep(string variant) => _study.Seeds.Select(seed => Result(Named(variant), seed)).OfType<StudyResult>().Min(result => result.TrainingSeconds / result.Steps);

    private static string Pretraining(PretrainedPart part) => $"pretraining-{part.Part}";

    private StudyVariant Named(string name) => _study.Variants.Single(v => v.Name == name);

    private bool Judge(StudyVariant variant, int seed, string run, string trained, CancellationToken stop)
    {
        _tell($"{variant.Name}, seed {seed}: judging");
        var plan = new EvaluationPlan { Tasks = [.. _study.Tasks.Select(TabletopTask.Named)], Seeds = _study.Attempts };
        var checkpoint = Path.Combine(trained, "checkpoint");
        var began = Stopwatch.GetTimestamp();
        var attempts = EvaluationRun.Run(plan, 1, _ => DepthVlaPolicy.Load(checkpoint, _device, new() { MaskDepth = variant.MaskDepth }), _ => { }, stop);
        if (attempts.Length < plan.Count) return false;
        var log = RunLog.Of(trained);
        var result = new StudyResult
        {
            Variant = variant.Name, Seed = seed, Settings = _settings.Of(variant), Steps = log.Steps, TrainingSeconds = log.Seconds, ValidationFlow = log.Flow, ValidationDepth = log.Depth,
            OpenLoop = OpenLoop(variant, trained, checkpoint, stop), JudgingSeconds = Stopwatch.GetElapsedTime(began).TotalSeconds, Hardware = Hardware.Describe(), Outcomes = [.. attempts.Select(a => a.Outcome)],
        };
        Write(run, result);
        return true;
    }

    // On what its training kept back of the first dataset, under the study's instructions.
    private ImmutableArray<DimensionError> OpenLoop(StudyVariant variant, string trained, string checkpoint, CancellationToken stop)
    {
        var training = LearningJson.Read<TrainingConfig>(Path.Combine(trained, ConfigFile));
        var options = new OpenLoopOptions { ValidationShare = training.ValidationShare, Instructions = [.. _study.Tasks.Select(task => TabletopTask.Named(task).Instruction)] };
        using var policy = DepthVlaPolicy.Load(checkpoint, _device, new() { MaskDepth = variant.MaskDepth });
        return OpenLoopRun.Run(training.Data[0], policy, PolicyControl.None, options, (_, _) => { }, stop).Errors;
    }

    private static void Write(string run, StudyResult result)
    {
        Directory.CreateDirectory(run);
        WriteWhole(Path.Combine(run, ResultFile), LearningJson.Write(result));
    }

    // Other processes read it meanwhile.
    private static void WriteWhole(string file, string text)
    {
        File.WriteAllText(file + ".partial", text);
        File.Move(file + ".partial", file, overwrite: true);
    }

    // A checkpoint alone does not say so: there is one from the first saved state on.
    private static bool IsTrained(string run) =>
        File.Exists(Path.Combine(run, ConfigFile)) && Directory.Exists(Path.Combine(run, "checkpoint")) && RunLog.Of(run).Steps >= LearningJson.Read<TrainingConfig>(Path.Combine(run, ConfigFile)).Steps;

    // The config that is trained lies in the run's folder, with paths that hold from there.
    private bool Train(string name, int seed, JsonObject training, CancellationToken stop)
    {
        var run = RunFolder(_folder, name, seed);
        Directory.CreateDirectory(run);
        (training["name"], training["seed"]) = ($"{_study.Name}-{name}-{seed}", seed);
        if (_settings.File(training["model"]!) is var model && File.Exists(model)) training["model"] = model;
        training["data"] = new JsonArray([.. training["data"]!.AsArray().Select(d => (JsonNode)_settings.File(d!))]);
        var file = Path.Combine(run, ConfigFile);
        Settle(file, training.ToJsonString());
        if (IsTrained(run)) return true;
        _tell($"{name}, seed {seed}: training");
        return TrainingRun.Run(file, run, _device, progress => { if (progress.Line is { } line) _tell($"{name}, seed {seed}: step {progress.Step} of {progress.Steps}, flow {line.Flow:0.000}, depth {line.Depth:0.000}"); }, stop) is not null;
    }

    // What lies there was begun with it, and must not go on with another.
    private static void Settle(string file, string text)
    {
        if (!File.Exists(file)) WriteWhole(file, text);
        else if (File.ReadAllText(file) != text)
            throw new FormatException($"{Path.GetDirectoryName(file)}: expected a run with the study's settings, got one with others ({Path.GetFileName(file)}); move that folder away");
    }

    private static string RunFolder(string folder, string variant, int seed) =>
        Path.Combine(folder, $"{string.Concat(variant.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '-'))}-{seed}");
}
