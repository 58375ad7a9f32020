namespace DepthVla.Robot.Tools.CommandLine;

/// <summary>A file that an option names.</summary>
internal static class GivenFile
{
    /// <summary>Its path, if it is there.</summary>
    /// <exception cref="UsageException">It is not, or is a folder.</exception>
    internal static string Require(string option, string path, string expected)
    {
        if (File.Exists(path)) return path;
        throw Directory.Exists(path)
            ? new UsageException(new(option, expected, $"{path}, which is a folder", "name a file in it"))
            : new UsageException(new(option, expected, $"{path}, which does not exist", "check the path"));
    }

    /// <summary>What <paramref name="read"/> makes of it.</summary>
    /// <exception cref="UsageException">It cannot be read, or is something else.</exception>
    internal static T Read<T, TBad>(string option, string path, string expected, string remedy, Func<string, T> read) where TBad : Exception
    {
        Require(option, path, expected);
        try
        {
            return read(path);
        }
        catch (Exception e) when (e is TBad or IOException or UnauthorizedAccessException)
        {
            var cause = e.Message.TrimEnd('.');
            throw new UsageException(new(option, expected, cause.StartsWith(path, StringComparison.Ordinal) ? cause : $"{path}: {cause}", remedy), e);
        }
    }
}
