namespace DepthVla.Robot.Data.Layout;

/// <summary>Text that is in its file as a whole or not at all, whenever the machine fails.</summary>
internal static class WholeFile
{
    /// <exception cref="IOException">It cannot be written; what was there before still is.</exception>
    public static void Write(string path, string text)
    {
        File.WriteAllText(path + ".partial", text);
        File.Move(path + ".partial", path, overwrite: true);
    }
}
