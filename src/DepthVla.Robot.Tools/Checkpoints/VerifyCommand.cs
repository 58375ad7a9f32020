using System.CommandLine;
using DepthVla.Robot.Model.Checkpoints;
using DepthVla.Robot.Model.Policies;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Tools.Checkpoints;

/// <summary><c>depthvla checkpoint verify</c>: whether a checkpoint is whole.</summary>
internal static class VerifyCommand
{
    internal static Command Create()
    {
        var folder = new Argument<string>("folder") { Description = "the checkpoint's folder" };
        var hash = new Option<string?>("--hash") { Description = "the content hash it must have, as inspect prints it", HelpName = "SHA256" };
        var record = new Option<bool>("--record") { Description = "write golden.json anew: what it answers here, which a server checks when it loads it" };
        var command = new Command("verify", "Check a checkpoint: config, every tensor's name and shape, every number finite, content hash, and the answers recorded in golden.json") { folder, hash, record };
        command.SetAction(parsed =>
        {
            using var checkpoint = CheckpointFolder.Open("folder", parsed.GetRequiredValue(folder), Checkpoint.Open);
            var problems = checkpoint.NotFinite().Select(name => $"{name}: holds NaN or infinity").ToList();
            if (parsed.GetValue(hash) is { } expected && expected != checkpoint.Hash)
            {
                problems.Add($"--hash: expected {expected}, got {checkpoint.Hash}; it is another checkpoint, or was changed on purpose");
            }

            var golden = problems.Count == 0 ? Golden(checkpoint.Folder, parsed.GetValue(record), problems) : "";
            if (problems.Count > 0) throw new CheckpointException(checkpoint.Folder, problems);
            Console.WriteLine($"{checkpoint.Folder}: whole, {checkpoint.Hash}{golden}");
        });
        return command;
    }

    private static string Golden(string folder, bool record, List<string> problems)
    {
        if (!record && !File.Exists(Path.Combine(folder, GoldenFile.Name))) return "";
        using var policy = DepthVlaPolicy.Load(folder, TorchDevice.Cpu);
        if (record) GoldenFile.Record(folder, policy);
        else if (GoldenFile.Fault(folder, policy, isAsRecorded: true) is { } fault) problems.Add(fault);
        return record ? $", {GoldenFile.Name} written" : $", answers as {GoldenFile.Name} says";
    }
}
