using System.CommandLine;
using DepthVla.Robot.Learning.Demonstrations;
using DepthVla.Robot.Model.Checkpoints;
using DepthVla.Robot.Simulation.Worlds;
using DepthVla.Robot.Tools.Checkpoints;
using DepthVla.Robot.Tools.CommandLine;
using DepthVla.Robot.Torch.Native;

namespace DepthVla.Robot.Tools.Datasets;

/// <summary><c>depthvla data generate</c>: demonstrations of the scripted expert, as a LeRobot dataset.</summary>
internal static class GenerateCommand
{
    internal static Command Create()
    {
        var command = new Command("generate", "Generate demonstrations in the simulator; ended and started again, it goes on");
        var folder = command.Require(new Option<string>("--out") { Description = "the dataset's folder", HelpName = "FOLDER" }, "a folder");
        var snapshots = Number("--snapshots", "episodes of 50 unconnected moments", 700, 0);
        var rollouts = Number("--rollouts", "episodes in which the expert does a task", 400, 0);
        var seed = Number("--seed", "decides everything", 0, 0);
        var workers = Number("--workers", "worlds side by side", Environment.ProcessorCount, 1);
        var policy = new Option<string?>("--policy")
        {
            Description = "a checkpoint that does the rollouts, so that its mistakes are shown; what would have been right is the expert's, as always", HelpName = "FOLDER",
        };
        var usual = new DemonstrationPlan();
        var scenes = Names("--scenes", "what lies on the table; a scene named twice is shown twice as often", usual.Scenes.Select(s => s.Name), AllScenes);
        var cameras = Names("--cameras", "whose pictures to keep", usual.Cameras, AllCameras);
        foreach (var option in (Option[])[snapshots, rollouts, policy, seed, workers, scenes, cameras]) command.Add(option);
        command.SetAction((parsed, stop) => Task.Run(() =>
        {
            LibTorchLocation.UseThreads(1);   // each worker computes by itself
            var plan = new DemonstrationPlan
            {
                Policy = parsed.GetValue(policy) is { } given ? CheckpointFolder.Open(policy.Name, given, Checked) : null,
                SnapshotEpisodes = parsed.GetValue(snapshots), Rollouts = parsed.GetValue(rollouts), Seed = parsed.GetValue(seed),
                Scenes = [.. parsed.GetRequiredValue(scenes).Select(name => TabletopScene.All.Single(scene => scene.Name == name))],
                Cameras = [.. parsed.GetRequiredValue(cameras)],
            };
            if (plan.WithoutCamera is { } scene) throw NoSuchCamera(scene, plan);
            Bar.Show("episodes", bar => DemonstrationRun.Generate(parsed.GetRequiredValue(folder), plan, parsed.GetValue(workers), (done, frames, all) =>
            {
                (bar.MaxValue, bar.Value, bar.Description) = (all, done, $"{frames:n0} frames");
            }, stop));
            return stop.IsCancellationRequested ? 1 : 0;
        }, CancellationToken.None));
        return command;
    }

    private static string Checked(string checkpoint)
    {
        Checkpoint.Open(checkpoint).Dispose();
        return checkpoint;
    }

    private static UsageException NoSuchCamera(TabletopScene scene, DemonstrationPlan plan) =>
        new(new("--cameras", $"some of {string.Join(", ", scene.Cameras)} for '{scene.Name}'", $"'{string.Join(',', plan.Cameras)}'", "choose of these"));

    private static IEnumerable<string> AllScenes => TabletopScene.All.Select(scene => scene.Name);

    private static IEnumerable<string> AllCameras => TabletopScene.All.SelectMany(scene => scene.Cameras).Distinct();

    private static Option<string[]> Names(string name, string description, IEnumerable<string> value, IEnumerable<string> known) => new(name)
    {
        Description = $"{description}: of {string.Join(", ", known)}, separated by commas", HelpName = "NAMES", Arity = ArgumentArity.ExactlyOne,
        DefaultValueFactory = _ => [.. value], CustomParser = OptionValues.SomeOf([.. known]),
    };

    private static Option<int> Number(string name, string description, int value, int least) => new(name)
    {
        Description = description, DefaultValueFactory = _ => value, CustomParser = OptionValues.Int32(least, int.MaxValue),
    };
}
