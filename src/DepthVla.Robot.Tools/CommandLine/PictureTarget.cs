namespace DepthVla.Robot.Tools.CommandLine;

/// <summary>A picture that an option asks to be written.</summary>
internal static class PictureTarget
{
    /// <summary>Its path, if it can be written.</summary>
    /// <exception cref="UsageException">It cannot.</exception>
    internal static string Require(string option, string file)
    {
        const string Expected = "a .png file to write";
        if (Directory.Exists(file)) throw new UsageException(new(option, Expected, $"{file}, which is a folder", "name a file in it"));
        if (!file.EndsWith(".png", StringComparison.OrdinalIgnoreCase)) throw new UsageException(new(option, Expected, file, "end the name with .png"));
        if (Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder && Directory.Exists(folder)) return file;
        throw new UsageException(new(option, Expected, $"{file}, whose folder does not exist", "make the folder, or choose another"));
    }
}
