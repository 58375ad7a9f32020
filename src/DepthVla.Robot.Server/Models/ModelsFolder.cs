using DepthVla.Robot.Server.Options;

namespace DepthVla.Robot.Server.Models;

/// <summary>The checkpoints that may be loaded: those below one folder, wherever links point.</summary>
internal sealed class ModelsFolder(ServerOptions options)
{
    private const int Deep = 3;
    private const string Config = "config.json";

    /// <summary>Whether there is one.</summary>
    public bool IsGiven => options.Models.Length > 0;

    /// <summary>All checkpoints in it, a few folders deep, relative to it.</summary>
    public IReadOnlyList<string> Checkpoints => !IsGiven ? [] :
    [
        .. Directory.EnumerateFiles(options.Models, Config, new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = Deep, IgnoreInaccessible = true })
            .Select(file => Path.GetRelativePath(options.Models, Path.GetDirectoryName(file)!)).Where(path => Find(path) is not null).Order(StringComparer.Ordinal),
    ];

    /// <summary>The checkpoint's folder on disk; null where the path names none, or one elsewhere.</summary>
    /// <param name="path">As somebody wrote it, relative to the folder.</param>
    public string? Find(string path)
    {
        if (!IsGiven || path.Length == 0 || path.Contains('\0', StringComparison.Ordinal)) return null;
        var (root, folder) = (Real(options.Models), Real(Path.Combine(options.Models, path)));
        return folder.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal) && File.Exists(Path.Combine(folder, Config)) ? folder : null;
    }

    /// <summary>Without links, dots and a separator at the end.</summary>
    private static string Real(string path)
    {
        var real = "/";
        foreach (var part in Path.GetFullPath(path).Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            real = Path.Combine(real, part);
            if (Path.Exists(real) && Directory.ResolveLinkTarget(real, returnFinalTarget: true) is { } target) real = Real(target.FullName);
        }

        return real;
    }
}
