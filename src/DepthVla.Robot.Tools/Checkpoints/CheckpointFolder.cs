using DepthVla.Robot.Model.Checkpoints;
using DepthVla.Robot.Tools.CommandLine;
using DepthVla.Robot.Torch.Safetensors;

namespace DepthVla.Robot.Tools.Checkpoints;

/// <summary>A checkpoint that the command line names.</summary>
internal static class CheckpointFolder
{
    private const string Remedy = "restore the folder, or write it anew with 'depthvla checkpoint init' or 'depthvla checkpoint import'";

    /// <summary>What <paramref name="open"/> makes of the folder.</summary>
    /// <exception cref="UsageException">The folder is no checkpoint at all.</exception>
    /// <exception cref="CheckpointException">It is one, but damaged.</exception>
    internal static T Open<T>(string option, string folder, Func<string, T> open)
    {
        if (NotACheckpoint(folder) is { } came)
        {
            throw new UsageException(new(option, "a checkpoint folder", $"{folder}, {came}", "check the path, or make one with 'depthvla checkpoint init'"));
        }

        try
        {
            return open(folder);
        }
        catch (CheckpointException e)
        {
            throw new CheckpointException($"{option}: {folder}", [.. e.Problems, Remedy]);
        }
        catch (SafetensorsException e)
        {
            throw new CheckpointException($"{option}: {folder}", [e.Message, Remedy]);
        }
    }

    private static string? NotACheckpoint(string folder) =>
        File.Exists(folder) ? "which is a file"
        : !Directory.Exists(folder) ? "which does not exist"
        : !File.Exists(Path.Combine(folder, "config.json")) ? "which has no config.json"
        : null;
}
