using DepthVla.Robot.Torch.Native;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Torch.Tests.Tensors;

/// <summary>Counts handles of the whole process, so nothing else of this assembly may run meanwhile.</summary>
[Collection(nameof(AloneInTheProcess))]
public sealed class TensorScopeTests
{
    [Fact]
    public void Dispose_Nested_ReleasesAllButTheKept()
    {
        var before = Tensor.Alive;
        Tensor kept;
        using (var outer = new TensorScope())
        {
            Tensor inner;
            using (var scope = new TensorScope())
            {
                _ = Tensor.Full(1, [2], DType.Float32);
                inner = scope.Keep(Tensor.Full(2, [2], DType.Float32) * 3);
            }

            Assert.Equal(before + 1, Tensor.Alive);
            Assert.Equal([6, 6], inner.ToArray<float>());
            kept = outer.Keep(inner);
        }

        Assert.Equal([6, 6], kept.ToArray<float>());
        kept.Dispose();
        kept.Dispose();
        Assert.Equal(before, Tensor.Alive);
        Assert.Throws<ObjectDisposedException>(() => kept.Shape.Length);
    }

    [Fact]
    public void Dispose_AfterAnException_ReleasesEverything()
    {
        var before = Tensor.Alive;
        Assert.Throws<TorchException>(() =>
        {
            using var scope = new TensorScope();
            return scope.Keep(Tensor.Full(1, [2], DType.Float32).Affine(Tensor.Full(1, [3, 3], DType.Float32)));
        });
        Assert.Equal(before, Tensor.Alive);
    }

    [Fact]
    public void ManyOperators_InScopes_LeaveMemoryFlat()
    {
        Work(20_000); // the managed heap grows to what the runtime makes of this machine's caches
        var alive = Tensor.Alive;
        var before = ResidentBytes();
        Work(20_000);
        Assert.Equal(alive, Tensor.Alive);
        Assert.InRange(ResidentBytes() - before, long.MinValue, 16 << 20); // a leak of one handle an operator would be hundreds of MiB

        static void Work(int rounds)
        {
            using var grad = GradMode.Off();
            for (var i = 0; i < rounds; i++)
            {
                using var scope = new TensorScope();
                var x = Tensor.Full(i, [64, 64], DType.Float32);
                var y = Tensor.Cat([x, x.Affine(x)], 0).Slice(0, 0, 64).GeluTanh().Clamp(0, 1);
                _ = Tensor.Attention(y.Reshape(1, 1, 64, 64), y.Reshape(1, 1, 64, 64), y.Reshape(1, 1, 64, 64), null, 1);
            }
        }
    }

    private static long ResidentBytes()
    {
        GC.Collect();
        using var self = System.Diagnostics.Process.GetCurrentProcess();
        return self.WorkingSet64;
    }
}

[CollectionDefinition(nameof(AloneInTheProcess), DisableParallelization = true)]
public sealed class AloneInTheProcess;
