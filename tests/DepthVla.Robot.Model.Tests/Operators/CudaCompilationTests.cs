using DepthVla.Robot.Model.Operators;

namespace DepthVla.Robot.Model.Tests.Operators;

/// <summary>The kernels as CUDA, by clang, which needs neither a GPU nor CUDA's headers.</summary>
public sealed class CudaCompilationTests
{
    [Fact]
    public void Kernels_CompiledForAGpu_ReadPacksAndKeepArraysInRegisters()
    {
        var clang = Programs.Find("clang", "clang-14");
        Assert.SkipWhen(clang is null, "clang is not installed: the kernels were not compiled as CUDA");
        var folder = Directory.CreateTempSubdirectory("depthvla-cuda-");
        try
        {
            var (source, ptx) = (Path.Combine(folder.FullName, "kernels.cu"), Path.Combine(folder.FullName, "kernels.ptx"));
            File.WriteAllText(source, KernelSource.Text);
            Programs.Run(clang!, "-x", "cuda", "--cuda-device-only", "-nocudainc", "-nocudalib", "-std=c++17", "-O2", "-ffp-contract=off", "--cuda-gpu-arch=sm_80",
                "-Xclang", "-target-feature", "-Xclang", "+ptx70", "-Wall", "-Werror", "-include", Programs.Shim("device.h"), "-S", "-o", ptx, source);
            var text = File.ReadAllText(ptx);
            Assert.All(HostKernels.Names, name => Assert.Contains($".entry {name}(", text, StringComparison.Ordinal));
            Assert.Contains("ld.global.v4.u32", text, StringComparison.Ordinal);
            Assert.DoesNotContain("ld.global.u32", text, StringComparison.Ordinal);              // half a pack at most
            Assert.DoesNotContain("ld.local", text, StringComparison.Ordinal);
            Assert.DoesNotContain("fma.", text, StringComparison.Ordinal);                       // each product is rounded, as libtorch's are
        }
        finally { folder.Delete(recursive: true); }
    }
}
