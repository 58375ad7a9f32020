using System.CommandLine;
using DepthVla.Robot.Learning.Demonstrations;
using DepthVla.Robot.Tools.CommandLine;
using Spectre.Console;

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
        foreach (var option in (Option[])[snapshots, rollouts, seed, workers]) command.Add(option);
        command.SetAction((parsed, stop) => Task.Run(() =>
        {
            var plan = new DemonstrationPlan { SnapshotEpisodes = parsed.GetValue(snapshots), Rollouts = parsed.GetValue(rollouts), Seed = parsed.GetValue(seed) };
            AnsiConsole.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn()).Start(context =>
            {
                var bar = context.AddTask("episodes");
                DemonstrationRun.Generate(parsed.GetRequiredValue(folder), plan, parsed.GetValue(workers), (done, frames, all) =>
                {
                    (bar.MaxValue, bar.Value, bar.Description) = (all, done, $"{frames:n0} frames");
                }, stop);
            });
            return stop.IsCancellationRequested ? 1 : 0;
        }, CancellationToken.None));
        return command;
    }

    private static Option<int> Number(string name, string description, int value, int least) => new(name)
    {
        Description = description, DefaultValueFactory = _ => value, CustomParser = OptionValues.Int32(least, int.MaxValue),
    };
}
