using System.Diagnostics;
using System.Text;
using DepthVla.Robot.Torch.Native;

namespace DepthVla.Robot.Torch.Tests.Native;

/// <summary>How NVRTC is found and asked. The compiler itself is not on every machine: a small C library stands in for it and says what it was given.</summary>
public sealed class NvrtcTests : IDisposable
{
    private const string StandIn = """
        #include <stdio.h>
        #include <string.h>
        static char given[4096], text[512];
        typedef char* program;
        int nvrtcGetNumSupportedArchs(int* n) { *n = 3; return 0; }
        int nvrtcGetSupportedArchs(int* a) { a[0] = 75; a[1] = 80; a[2] = 89; return 0; }
        int nvrtcCreateProgram(program* p, const char* source, const char* name, int headers, const char** h, const char** i)
        { snprintf(text, sizeof text, "%s", source); snprintf(given, sizeof given, "%s %d", name, headers); *p = given; return 0; }
        int nvrtcCompileProgram(program p, int n, const char** options)
        { for (int i = 0; i < n; i++) { strcat(p, " "); strcat(p, options[i]); } return strstr(text, "broken") ? 6 : 0; }
        int nvrtcDestroyProgram(program* p) { *p = 0; return 0; }
        int nvrtcGetCUBINSize(program p, size_t* n) { *n = strlen(p) + 6; return 0; }
        int nvrtcGetCUBIN(program p, char* to) { memcpy(to, "CUBIN ", 6); memcpy(to + 6, p, strlen(p)); return 0; }
        int nvrtcGetPTXSize(program p, size_t* n) { *n = strlen(p) + 5; return 0; }
        int nvrtcGetPTX(program p, char* to) { memcpy(to, "PTX ", 4); strcpy(to + 4, p); return 0; }
        int nvrtcGetProgramLogSize(program p, size_t* n) { *n = 28; return 0; }
        int nvrtcGetProgramLog(program p, char* to) { strcpy(to, "norms.cu(3): error: no such"); return 0; }
        const char* nvrtcGetErrorString(int status) { return status == 6 ? "NVRTC_ERROR_COMPILATION" : "NVRTC_ERROR_OTHER"; }
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("depthvla-nvrtc-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Places_BesideLibtorchAndInPyTorchsPackages_ComeBeforeTheSystem()
    {
        var libtorch = Directory.CreateDirectory(Path.Combine(_folder.FullName, "torch/lib")).FullName;
        var package = Directory.CreateDirectory(Path.Combine(_folder.FullName, "nvidia/cuda_nvrtc/lib")).FullName;
        File.WriteAllText(Path.Combine(libtorch, "libnvrtc-b51b459d.so.12"), "");
        File.WriteAllText(Path.Combine(libtorch, "libnvrtc-builtins.so.12.8"), "");
        File.WriteAllText(Path.Combine(package, "libnvrtc.so.12"), "");
        string[] places = [.. Nvrtc.Places(libtorch).Select(Path.GetFileName).OfType<string>()];
        Assert.Equal(["libnvrtc-b51b459d.so.12", "libnvrtc.so.12", "libnvrtc.so.13", "libnvrtc.so.12", "libnvrtc.so.11.2", "libnvrtc.so"], places);
    }

    [Fact]
    public void Load_NowhereFound_SaysWhereItLookedAndWhatToDo()
    {
        var error = Assert.Throws<TorchException>(() => new Nvrtc([Path.Combine(_folder.FullName, "libnvrtc.so.12")]));
        Assert.Contains("--engine eager", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Compile_ADeviceThatTheCompilerKnows_IsItsMachineCode() =>
        Assert.Equal("CUBIN kernels 0 --gpu-architecture=sm_89 --fmad=false --std=c++17", Compile("fine", 89));

    [Fact]
    public void Compile_ANewerDevice_IsPtxOfTheNewestBefore() =>
        Assert.Equal("PTX kernels 0 --gpu-architecture=compute_89 --fmad=false --std=c++17\0", Compile("fine", 120));

    [Fact]
    public void Compile_BrokenSource_CarriesTheCompilersLog()
    {
        var error = Assert.Throws<TorchException>(() => Compile("broken", 80));
        Assert.Equal("kernels does not compile for sm_80 (NVRTC_ERROR_COMPILATION):\nnorms.cu(3): error: no such", error.Message);
    }

    private string Compile(string source, int capability)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/gcc"), "gcc is not installed: nothing stands in for NVRTC");
        var (text, library) = (Path.Combine(_folder.FullName, "standin.c"), Path.Combine(_folder.FullName, "libnvrtc.so"));
        File.WriteAllText(text, StandIn);
        using var compiler = Process.Start("/usr/bin/gcc", ["-w", "-shared", "-fPIC", "-o", library, text]);
        compiler.WaitForExit();
        Assert.Equal(0, compiler.ExitCode);
        return Encoding.UTF8.GetString(new Nvrtc([library]).Compile(source, "kernels", capability));
    }
}
