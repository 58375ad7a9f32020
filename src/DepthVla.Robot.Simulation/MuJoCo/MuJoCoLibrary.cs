using System.Runtime.InteropServices;

namespace DepthVla.Robot.Simulation.MuJoCo;

/// <summary>The one libmujoco of this process, opened on first use: handlers first, then version, table and self-check.</summary>
internal static class MuJoCoLibrary
{
    /// <summary>The environment variable that names another library file.</summary>
    public const string PathVariable = "MUJOCO_LIBRARY";

    private static readonly Lazy<Layout> Opened = new(Open);

    /// <summary>The struct table of the open library. Thread-safe.</summary>
    /// <exception cref="SimulatorUnavailableException">There is no library, or none that can be used.</exception>
    public static Layout Layout => Opened.Value;

    private static Layout Open()
    {
        var library = Load(Environment.GetEnvironmentVariable(PathVariable));
        Faults.Install(library);
        NativeLibrary.SetDllImportResolver(typeof(MuJoCoApi).Assembly, (name, _, _) => name == MuJoCoApi.Library ? library : 0);

        var layout = LayoutTables.For(MuJoCoApi.mj_version());
        SelfCheck.Run(layout);
        return layout;
    }

    /// <summary>Loads the named file, or where none is named the first release found that there is a table for.</summary>
    internal static nint Load(string? path)
    {
        if (string.IsNullOrEmpty(path)) return Find(LayoutTables.Releases);
        if (NativeLibrary.TryLoad(path, out var library) && NativeLibrary.TryGetExport(library, nameof(MuJoCoApi.mj_version), out _)) return library;
        throw new SimulatorUnavailableException(
            $"{PathVariable} names {path}, which cannot be loaded as MuJoCo. Name a libmujoco.so file, or unset it to use the system's.");
    }

    internal static nint Find(IEnumerable<string> releases)
    {
        foreach (var release in releases)
            if (NativeLibrary.TryLoad($"libmujoco.so.{release}", out var library)) return library;

        throw new SimulatorUnavailableException(
            "The MuJoCo library is missing. Install it (Debian: apt-get install libmujoco2.2.2), or name a libmujoco.so file in " +
            $"{PathVariable}. Supported: {string.Join(", ", LayoutTables.Releases)}.");
    }
}
