namespace DepthVla.Robot.Model.Operators;

/// <summary>The kernels' text, compiled when a network is loaded.</summary>
internal static class KernelSource
{
    private static readonly string[] Files = ["bf16.cu", "norms.cu", "gelu.cu", "rotary.cu", "float8.cu", "pictures.cu"];      // the first has what the others use

    /// <summary>All of it; errors of a compiler name the file.</summary>
    internal static string Text { get; } = string.Concat(Files.Select(file => $"#line 1 \"{file}\"\n{Read(file)}\n"));

    private static string Read(string file)
    {
        using var reader = new StreamReader(typeof(KernelSource).Assembly.GetManifestResourceStream(file)!);
        return reader.ReadToEnd();
    }
}
