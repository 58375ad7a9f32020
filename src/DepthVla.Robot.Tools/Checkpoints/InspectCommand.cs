using System.CommandLine;
using DepthVla.Robot.Model.Checkpoints;

namespace DepthVla.Robot.Tools.Checkpoints;

/// <summary><c>depthvla checkpoint inspect</c>: what a checkpoint is, at a glance.</summary>
internal static class InspectCommand
{
    internal static Command Create()
    {
        var folder = new Argument<string>("folder") { Description = "the checkpoint's folder" };
        var command = new Command("inspect", "Print what a checkpoint is: hash, sizes, experts, robot") { folder };
        command.SetAction(parsed =>
        {
            using var checkpoint = CheckpointFolder.Open("folder", parsed.GetRequiredValue(folder), Checkpoint.Open);
            CheckpointTable.Print(checkpoint);
        });
        return command;
    }
}
