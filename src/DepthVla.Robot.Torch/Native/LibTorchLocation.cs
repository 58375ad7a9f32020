using System.Reflection;
using System.Runtime.InteropServices;

namespace DepthVla.Robot.Torch.Native;

/// <summary>Finds libtorch: the directory in DEPTHVLA_LIBTORCH, else next to the program, else where the build found it.</summary>
public static partial class LibTorchLocation
{
    internal const string CpuLibrary = "libtorch_cpu.so";
    internal const string CoreLibrary = "libc10.so";
    internal const string CudaLibrary = "libtorch_cuda.so";
    private const string Variable = "DEPTHVLA_LIBTORCH";
    private static readonly Lazy<string> Found = new(Find);
    private static readonly Lock Gate = new();
    private static bool _registered;
    private static nint _cuda;

    /// <summary>The directory that libtorch is loaded from.</summary>
    /// <exception cref="TorchException">It is in none of the places; the message lists them.</exception>
    public static string Directory => Found.Value;

    /// <summary>Sets how many threads a CPU operator may use. Call it before the first tensor is made; libtorch reads it once.</summary>
    /// <remarks>Threads that wait sleep rather than spin: the robot's control thread may share the machine.</remarks>
    public static void UseThreads(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        // The C environment, which OpenMP reads; .NET's own copy never reaches it.
        SetEnvironment("OMP_NUM_THREADS", threads.ToString(System.Globalization.CultureInfo.InvariantCulture), 1);
        SetEnvironment("OMP_WAIT_POLICY", "passive", 0);
    }

    internal static void Register()
    {
        lock (Gate)
        {
            if (_registered) return;
            NativeLibrary.SetDllImportResolver(typeof(LibTorchLocation).Assembly, static (name, _, _) =>
                name is CpuLibrary or CoreLibrary or CudaLibrary ? NativeLibrary.Load(Path.Combine(Directory, name)) : 0);
            _registered = true;
        }
    }

    /// <summary>Loads the CUDA half, whose kernels register themselves. Must come before the first CUDA call.</summary>
    internal static void LoadCuda()
    {
        lock (Gate)
        {
            if (_cuda != 0) return;
            var path = Path.Combine(Directory, CudaLibrary);
            if (!File.Exists(path))
            {
                throw new TorchException(
                    $"device cuda was asked for, but {Directory} holds a CPU-only libtorch; set {Variable} to the lib directory of a CUDA build (PyTorch 2.10 or newer)");
            }

            _ = LibTorch.AbiVersion(); // the CPU half first: the CUDA half links to it
            try { _cuda = NativeLibrary.Load(path); }
            catch (DllNotFoundException e)
            {
                throw new TorchException($"{path} does not load ({e.Message}); is the NVIDIA driver installed and visible?", e);
            }
        }
    }

    private static string Find()
    {
        var named = Environment.GetEnvironmentVariable(Variable);
        if (!string.IsNullOrEmpty(named))
        {
            return File.Exists(Path.Combine(named, CpuLibrary))
                ? named
                : throw new TorchException($"{Variable} is {named}, but {CpuLibrary} is not there; name the directory that holds it");
        }

        var built = typeof(LibTorchLocation).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .FirstOrDefault(a => a.Key == "LibtorchDirectory")?.Value;
        string[] places =
        [
            AppContext.BaseDirectory, Path.Combine(AppContext.BaseDirectory, "libtorch"),
            Path.Combine(AppContext.BaseDirectory, "runtimes/linux-x64/native"), built ?? AppContext.BaseDirectory,
        ];
        return places.FirstOrDefault(p => File.Exists(Path.Combine(p, CpuLibrary)))
            ?? throw new TorchException($"{CpuLibrary} was not found in {string.Join(", ", places.Distinct())}; set {Variable} to the directory that holds it");
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
