using System.Runtime.InteropServices;
using System.Text;

namespace DepthVla.Robot.Torch.Native;

/// <summary>NVRTC (nvrtc.h, since CUDA 11.2): compiles CUDA C++ on the machine that has the GPU. Every CUDA build of libtorch brings it along.</summary>
internal sealed unsafe class Nvrtc
{
    private readonly nint _library;

    /// <summary>Loads the first of the libraries that is there.</summary>
    /// <exception cref="TorchException">None is.</exception>
    internal Nvrtc(IReadOnlyList<string> places)
    {
        foreach (var place in places)
        {
            if (NativeLibrary.TryLoad(place, out _library)) return;
        }

        throw new TorchException(
            $"CUDA's run-time compiler was not found as any of {string.Join(", ", places)}; install the CUDA toolkit's nvrtc (11.2 or newer), or take --engine eager, which compiles nothing");
    }

    /// <summary>Where it may be: beside libtorch, in the packages that PyTorch keeps beside itself, in the system.</summary>
    internal static IReadOnlyList<string> Places(string libtorch)
    {
        var packages = Path.Combine(libtorch, "../../nvidia");                                   // nvidia/cuda_nvrtc/lib, nvidia/cu13/lib …
        string[] folders = [libtorch, .. Directory.Exists(packages) ? Directory.GetDirectories(packages).Order(StringComparer.Ordinal).Select(p => Path.Combine(p, "lib")) : []];
        var found = folders.Where(Directory.Exists).SelectMany(folder => Directory.GetFiles(folder, "libnvrtc*.so*").OrderDescending(StringComparer.Ordinal))
            .Where(path => !path.Contains("builtins", StringComparison.Ordinal) && !path.Contains(".alt.", StringComparison.Ordinal));
        return [.. found, "libnvrtc.so.13", "libnvrtc.so.12", "libnvrtc.so.11.2", "libnvrtc.so"];
    }

    /// <summary>Machine code for that device; PTX, which the driver translates, where the device is newer than the compiler.</summary>
    /// <param name="source">Without headers.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="capability">The device's compute capability, such as 89 for 8.9.</param>
    /// <exception cref="TorchException">The compiler refuses the source; the message holds its own.</exception>
    internal byte[] Compile(string source, string name, int capability)
    {
        var known = Known();
        var isKnown = known.Contains(capability);
        var target = isKnown ? $"sm_{capability}" : $"compute_{known.Where(k => k < capability).DefaultIfEmpty(capability).Max()}";
        nint program;
        fixed (byte* text = Text(source), title = Text(name))
        {
            var create = (delegate* unmanaged<nint*, byte*, byte*, int, byte**, byte**, int>)Export("nvrtcCreateProgram");
            Check(create(&program, text, title, 0, null, null), "nvrtcCreateProgram");
        }

        try
        {
            var status = Compile(program, $"--gpu-architecture={target}", "--fmad=false", "--std=c++17");
            if (status == 0) return isKnown ? Output(program, "nvrtcGetCUBIN") : Output(program, "nvrtcGetPTX");
            var log = Encoding.UTF8.GetString(Output(program, "nvrtcGetProgramLog")).TrimEnd('\0', '\n');
            throw new TorchException($"{name} does not compile for {target} ({Name(status)}):\n{log}");
        }
        finally { _ = ((delegate* unmanaged<nint*, int>)Export("nvrtcDestroyProgram"))(&program); }
    }

    private int[] Known()
    {
        int count;
        Check(((delegate* unmanaged<int*, int>)Export("nvrtcGetNumSupportedArchs"))(&count), "nvrtcGetNumSupportedArchs");
        var known = new int[count];
        fixed (int* first = known) Check(((delegate* unmanaged<int*, int>)Export("nvrtcGetSupportedArchs"))(first), "nvrtcGetSupportedArchs");
        return known;
    }

    private int Compile(nint program, params string[] options)
    {
        var texts = Array.ConvertAll(options, Marshal.StringToCoTaskMemUTF8);
        try
        {
            fixed (nint* first = texts) return ((delegate* unmanaged<nint, int, byte**, int>)Export("nvrtcCompileProgram"))(program, texts.Length, (byte**)first);
        }
        finally { Array.ForEach(texts, Marshal.FreeCoTaskMem); }
    }

    private byte[] Output(nint program, string call)
    {
        nuint size;
        Check(((delegate* unmanaged<nint, nuint*, int>)Export($"{call}Size"))(program, &size), $"{call}Size");
        var bytes = new byte[size];
        fixed (byte* first = bytes) Check(((delegate* unmanaged<nint, byte*, int>)Export(call))(program, first), call);
        return bytes;
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text + "\0");

    private nint Export(string function) => NativeLibrary.GetExport(_library, function);

    private void Check(int status, string call)
    {
        if (status != 0) throw new TorchException($"{call}: NVRTC reports {Name(status)} ({status})");
    }

    private string Name(int status) => Marshal.PtrToStringUTF8((nint)((delegate* unmanaged<int, byte*>)Export("nvrtcGetErrorString"))(status)) ?? "an unknown error";
}
