using System.Collections.Immutable;
using DepthVla.Robot.Data.Layout;

namespace DepthVla.Robot.Data.Rgbd;

/// <summary>Finds folders of RGB and depth among others: collections have one a scene, some levels down.</summary>
public static class RgbdFolders
{
    /// <summary>Every folder at or below <paramref name="root"/> that <see cref="RgbdFolder.Open"/> takes, in the order of their names.</summary>
    /// <exception cref="DatasetException">There is none; the message says what is missing in the root itself.</exception>
    public static ImmutableArray<string> Find(string root)
    {
        ArgumentNullException.ThrowIfNull(root);
        var found = ImmutableArray.CreateBuilder<string>();
        if (Directory.Exists(root)) Search(Path.GetFullPath(root), found);
        if (found.Count == 0) RgbdFolder.Open(root);
        return found.ToImmutable();
    }

    private static void Search(string folder, ImmutableArray<string>.Builder found)
    {
        if (RgbdFolder.IsOne(folder))
        {
            found.Add(folder);
            return;
        }
        foreach (var inner in Directory.GetDirectories(folder).Order(StringComparer.Ordinal)) Search(inner, found);
    }
}
