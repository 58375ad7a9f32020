using System.Reflection;

namespace DepthVla.Robot.Model.Tests.Checkpoints;

/// <summary>Where the checkpoint that ships with the repository lies.</summary>
internal static class ShippedCheckpoint
{
    internal const string Name = "depthvla-tiny";

    internal static string Folder { get; } = Path.GetFullPath(Path.Combine(
        typeof(ShippedCheckpoint).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "ModelsDirectory").Value!, Name));
}
