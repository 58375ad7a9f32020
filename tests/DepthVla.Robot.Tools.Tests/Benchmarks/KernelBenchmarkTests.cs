using DepthVla.Robot.Benchmarks;
using DepthVla.Robot.Model.Operators;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Tools.Tests.Benchmarks;

/// <summary>What is to be timed on a GPU, asked of libtorch's operators on the CPU: sizes that fit each other, numbers that are some.</summary>
public sealed class KernelBenchmarkTests
{
    [Fact]
    public void Cases_ByLibtorchsOperators_AnswerWithNumbers()
    {
        using var grad = GradMode.Off();
        using var scope = new TensorScope();
        foreach (var (name, bytes, _, call) in KernelBenchmark.Cases(TorchDevice.Cpu))
        {
            using var inner = new TensorScope();
            var results = call(new EagerOperators());
            Assert.All(results, result => Assert.True(result.IsFinite() && result.DType == DType.BFloat16, name));
            var besides = name.StartsWith("product", StringComparison.Ordinal) ? 2 * (2048 + 560) * 16384 : 8 * 560 * 256; // factors; angles
            Assert.InRange(bytes, results.Sum(r => r.Count * 2), 3 * results.Sum(r => r.Count * 2) + besides);
        }
    }
}
