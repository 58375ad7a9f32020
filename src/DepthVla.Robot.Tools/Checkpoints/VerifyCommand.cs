using System.CommandLine;
using DepthVla.Robot.Model.Checkpoints;

namespace DepthVla.Robot.Tools.Checkpoints;

/// <summary><c>depthvla checkpoint verify</c>: whether a checkpoint is whole.</summary>
internal static class VerifyCommand
{
    internal static Command Create()
    {
        var folder = new Argument<string>("folder") { Description = "the checkpoint's folder" };
        var hash = new Option<string?>("--hash") { Description = "the content hash it must have, as inspect prints it", HelpName = "SHA256" };
        var command = new Command("verify", "Check a checkpoint: config, every tensor's name and shape, every number finite, content hash") { folder, hash };
        command.SetAction(parsed =>
        {
            using var checkpoint = CheckpointFolder.Open("folder", parsed.GetRequiredValue(folder), Checkpoint.Open);
            var problems = checkpoint.NotFinite().Select(name => $"{name}: holds NaN or infinity").ToList();
            if (parsed.GetValue(hash) is { } expected && expected != checkpoint.Hash)
            {
                problems.Add($"--hash: expected {expected}, got {checkpoint.Hash}; it is another checkpoint, or was changed on purpose");
            }

            if (problems.Count > 0) throw new CheckpointException(checkpoint.Folder, problems);
            Console.WriteLine($"{checkpoint.Folder}: whole, {checkpoint.Hash}");
        });
        return command;
    }
}
