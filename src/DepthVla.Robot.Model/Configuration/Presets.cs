namespace DepthVla.Robot.Model.Configuration;

/// <summary>The configurations that ship: "depthvla-3b" (the paper's sizes), "pi0-3b" (the same without a depth expert), "depthvla-tiny-joints" (4 M parameters, joint positions).</summary>
public static class Presets
{
    private const string Suffix = ".json";
    private const string StatsSuffix = ".norm_stats.json";
    private static readonly string ResourceRoot = $"{typeof(Presets).Namespace}.Presets.";

    /// <summary>Their names.</summary>
    public static IEnumerable<string> Names => typeof(Presets).Assembly.GetManifestResourceNames()
        .Where(n => n.StartsWith(ResourceRoot, StringComparison.Ordinal) && !n.EndsWith(StatsSuffix, StringComparison.Ordinal))
        .Select(n => n[ResourceRoot.Length..^Suffix.Length]).Order(StringComparer.Ordinal);

    /// <summary>A shipped configuration by name, or one from a file.</summary>
    /// <exception cref="FormatException">There is neither; or the file is not such a configuration.</exception>
    public static CheckpointConfig Load(string nameOrFile)
    {
        if (Names.Contains(nameOrFile)) return ModelJson.Read<CheckpointConfig>(Resource(nameOrFile + Suffix), nameOrFile);
        if (File.Exists(nameOrFile)) return ModelJson.Read<CheckpointConfig>(File.ReadAllText(nameOrFile), nameOrFile);
        throw new FormatException($"config: expected one of {string.Join(", ", Names)}, or a file; got '{nameOrFile}'");
    }

    /// <summary>Nominal statistics of the WidowX 250s, for weights that no data shaped: small moves about where the arm is.</summary>
    public static NormStats NominalStats() => ModelJson.Read<NormStats>(Resource("wx250s" + StatsSuffix), "wx250s" + StatsSuffix);

    /// <summary>Statistics from a norm_stats.json.</summary>
    /// <exception cref="FormatException">The file is not one.</exception>
    public static NormStats LoadStats(string file) => ModelJson.Read<NormStats>(File.ReadAllText(file), file);

    private static string Resource(string name)
    {
        using var stream = typeof(Presets).Assembly.GetManifestResourceStream(ResourceRoot + name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
