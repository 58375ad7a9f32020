namespace DepthVla.Robot.Integration.Tests.Programs;

/// <summary>The policy that ships, once more.</summary>
internal static class CheckpointCopy
{
    /// <summary>The same weights by another hash.</summary>
    public static void Make(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.EnumerateFiles(Places.TinyCheckpoint).Where(file => !file.EndsWith(".sha256", StringComparison.Ordinal))) File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        var stats = Path.Combine(folder, "norm_stats.json");
        File.WriteAllText(stats, File.ReadAllText(stats) + "\n");
    }
}
