namespace DepthVla.Robot.Daemon.Options;

/// <summary>Where <c>--json</c> says that JSON goes.</summary>
internal static class JsonPlace
{
    /// <summary>Standard output: the option's name alone.</summary>
    public const string Output = "-";

    /// <summary>Writes it there; nowhere for an empty place.</summary>
    public static void Write(string place, string json, TextWriter output)
    {
        if (place == Output) output.WriteLine(json);
        else if (place.Length > 0) File.WriteAllText(place, json + "\n");
    }
}
