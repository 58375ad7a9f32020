using System.Collections.Immutable;
using System.CommandLine;
using System.Diagnostics;
using DepthVla.Robot.Imaging.Codecs;
using DepthVla.Robot.Learning.Evaluation;
using DepthVla.Robot.Learning.Evaluation.OpenLoop;
using DepthVla.Robot.Learning.Evaluation.Pictures;
using DepthVla.Robot.Learning.Evaluation.Policies;
using DepthVla.Robot.Learning.Evaluation.Results;
using DepthVla.Robot.Learning.Evaluation.Rollouts;
using DepthVla.Robot.Tools.CommandLine;
using DepthVla.Robot.Torch.Native;

namespace DepthVla.Robot.Tools.Evaluation;

/// <summary><c>depthvla evaluate</c>: a policy at the simulated table, task by task, faster than real time.</summary>
internal static class EvaluateCommand
{
    internal static Command Create()
    {
        var command = new Command("evaluate", "Try a policy in the simulator, through the robot's control loop and limits, and count what it gets done");
        var options = new EvaluateOptions(command);
        command.SetAction((parsed, stop) => Task.Run(() =>
        {
            // Each worker computes by itself: one thread of libtorch's a worker.
            LibTorchLocation.UseThreads(1);
            var given = options.Read(parsed);
            return given.OpenLoop ? AskRecorded(given, stop) : Evaluate(given, stop);
        }, CancellationToken.None));
        return command;
    }

    private static int Evaluate(EvaluateArguments given, CancellationToken stop)
    {
        var plan = given.Plan;
        var contestant = new Contestant(given);
        var began = Stopwatch.GetTimestamp();
        var tried = given.ThroughDaemon ? Driven(given, contestant, stop) : new(Tried(given, contestant, stop), []);
        if (tried.Attempts.IsEmpty) return 1;

        var policy = contestant.Info;
        var report = new EvaluationReport
        {
            Policy = policy, Control = given.Control, FirstSeed = plan.FirstSeed, Seeds = plan.Seeds,
            LatencyMs = given.ThroughDaemon ? null : plan.Rollout.Latency.TotalMilliseconds,
            ObservationPeriodMs = plan.Rollout.ObservationPeriod(policy).TotalMilliseconds, Complete = tried.Attempts.Length == plan.Count,
            Workers = given.Workers, Hardware = Hardware.Describe(), Seconds = Stopwatch.GetElapsedTime(began).TotalSeconds, Attempts = tried.Attempts,
            BrokenPromises = tried.BrokenPromises,
        };
        ScoreTable.Print(report);
        if (given.Json is { } json) Wrote("outcomes", json, () => File.WriteAllText(json, report.ToJson()));
        if (given.Strip is { } strip && AttemptStrip.Draw(tried.Attempts) is { } drawn)
            Wrote("pictures", strip, () => File.WriteAllBytes(strip, PngCodec.Encode(drawn)));
        if (given.Video is { } video) Wrote("video", video, () => AttemptVideo.Write(video, tried.Attempts, plan.Rollout.PictureRate));
        return report.Complete ? 0 : 1;
    }

    private static (ImmutableArray<Attempt> Attempts, ImmutableArray<string> BrokenPromises) Driven(
        EvaluateArguments given, Contestant contestant, CancellationToken stop)
    {
        // Faults of the checkpoint show here, before any program is started.
        (contestant.Create(null) as IDisposable)?.Dispose();
        var plan = given.Plan;
        plan.RequireCameras(contestant.Info);
        var through = new ThroughDaemon
        {
            Checkpoint = given.Checkpoint!, Device = given.Device, Tasks = plan.Tasks, Seeds = plan.Seeds, FirstSeed = plan.FirstSeed, Daemons = given.Workers,
            WrongInstruction = plan.WrongInstruction, Continuation = given.Continuation, FlowSteps = given.FlowSteps, DepthEvery = given.DepthEvery, CameraFault = given.Control switch { PolicyControl.Black => "black", PolicyControl.Swapped => "swapped", _ => "none" },
        };
        ThroughDaemonResult? result = null;
        WithBar(plan.Count, judged => result = through.RunAsync(judged, stop).GetAwaiter().GetResult());
        return ([.. result!.Outcomes.Select(outcome => new Attempt(outcome, null, null, null))], result.BrokenPromises);
    }

    private static ImmutableArray<Attempt> Tried(EvaluateArguments given, Contestant contestant, CancellationToken stop)
    {
        ImmutableArray<Attempt> attempts = [];
        WithBar(given.Plan.Count, judged =>
            attempts = EvaluationRun.Run(given.Plan, given.Workers, contestant.Create, attempt => judged(attempt.Outcome.Success), stop));
        return attempts;
    }

    private static void WithBar(int count, Action<Action<bool>> run) => Bar.Show("attempts", bar =>
    {
        var (done, made) = (0, 0);
        run(success =>
        {
            (made, done) = (made + 1, done + (success ? 1 : 0));
            (bar.MaxValue, bar.Value, bar.Description) = (count, made, $"{done} of {made} done");
        });
    });

    private static int AskRecorded(EvaluateArguments given, CancellationToken stop)
    {
        var contestant = new Contestant(given);
        var policy = contestant.Create(null);
        using var disposing = policy as IDisposable;
        OpenLoopReport? report = null;
        Bar.Show("frames", bar =>
            report = OpenLoopRun.Run(given.Data!, policy, given.Control, given.Recorded, (asked, all) => (bar.MaxValue, bar.Value) = (all, asked), stop));
        ScoreTable.Print(report!);
        if (given.Json is { } json) Wrote("errors", json, () => File.WriteAllText(json, report!.ToJson()));
        return stop.IsCancellationRequested ? 1 : 0;
    }

    private static void Wrote(string what, string file, Action write)
    {
        write();
        Console.WriteLine($"{what,-12} {file}");
    }
}
