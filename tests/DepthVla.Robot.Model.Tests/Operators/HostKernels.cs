using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using DepthVla.Robot.Model.Operators;
using DepthVla.Robot.Torch.Cuda;

namespace DepthVla.Robot.Model.Tests.Operators;

/// <summary>The CUDA kernels' own text, compiled for this CPU and run on its memory (Shims/host.h).</summary>
/// <param name="descending">In which order the threads of a block come to each barrier.</param>
internal sealed unsafe partial class HostKernels(bool descending) : IKernels
{
    private static readonly string? Compiler = Programs.Find("g++", "clang++", "clang++-14");
    private static readonly Lazy<nint> Library = new(Compile);

    /// <summary>How often each was launched.</summary>
    internal Dictionary<string, int> Launches { get; } = [];

    /// <summary>The kernels that the source has.</summary>
    internal static IReadOnlyList<string> Names { get; } = [.. Kernel().Matches(KernelSource.Text).Select(m => m.Groups[1].Value)];

    internal static HostKernels OrSkip(bool descending)
    {
        Assert.SkipWhen(Compiler is null, "no C++ compiler is installed (g++ or clang++): the kernels were not run");
        return new(descending);
    }

    public void Launch(string name, long blocks, int threads, params ReadOnlySpan<KernelArgument> arguments)
    {
        Assert.InRange(blocks, 1, int.MaxValue);
        Assert.InRange(threads, 1, 1024);
        var places = stackalloc void*[arguments.Length];
        fixed (KernelArgument* first = arguments)
        {
            for (var i = 0; i < arguments.Length; i++) places[i] = first + i;
            var launch = (delegate* unmanaged[Cdecl]<uint, uint, void**, byte, void>)NativeLibrary.GetExport(Library.Value, $"launch_{name}");
            launch((uint)blocks, (uint)threads, places, descending ? (byte)1 : (byte)0);
        }

        Launches[name] = Launches.GetValueOrDefault(name) + 1;
    }

    private static nint Compile()
    {
        var folder = Directory.CreateTempSubdirectory("depthvla-kernels-");
        try
        {
            var (source, library) = (Path.Combine(folder.FullName, "kernels.cpp"), Path.Combine(folder.FullName, "kernels.so"));
            File.WriteAllText(source, KernelSource.Text + string.Concat(Names.Select(name => $"LAUNCHER({name})\n")));
            Programs.Run(Compiler!, "-std=c++17", "-O2", "-ffp-contract=off", "-shared", "-fPIC", "-Wall", "-Wno-unknown-pragmas", "-Werror",
                "-include", Programs.Shim("host.h"), "-o", library, source);
            return NativeLibrary.Load(library);
        }
        finally { folder.Delete(recursive: true); }
    }

    [GeneratedRegex("""extern "C" __global__ void (\w+)\(""")]
    private static partial Regex Kernel();
}

/// <summary>Compilers of this machine.</summary>
internal static class Programs
{
    internal static string? Find(params string[] names) => names
        .SelectMany(name => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists);

    internal static string Shim(string file) => Path.Combine(AppContext.BaseDirectory, "Operators", "Shims", file);

    internal static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}\n{said}");
    }
}
