using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Tests.Policies;

/// <summary>A server answers for weeks: an inference leaves nothing behind.</summary>
[Collection(nameof(AloneInTheProcess))]
public sealed class PolicyMemoryTests
{
    /// <summary>28 KiB an inference, a quarter of the VLM's keys and values: the smallest thing worth keeping by mistake would be over it.</summary>
    /// <remarks>
    /// Not less, because libtorch 2.10 itself loses the copy it makes of a text argument (GELU's, 56 times an inference): 9 KiB with what
    /// that scatters over the heap. Without those calls 1,800 inferences move the resident set by less than 0.2 MiB.
    /// </remarks>
    private const long Bound = 4 << 20;

    [Fact]
    public async Task InferAsync_ManyTimes_LeavesNoTensorAndNoMemory()
    {
        using var policy = new TinyPolicy();
        var observation = TinyObservation.Create() with { WantDepth = true };
        for (var i = 0; i < 20; i++) await policy.Infer(observation);
        var (tensors, bytes) = (Tensor.Alive, ResidentMemory.Bytes());

        for (var i = 0; i < 150; i++) await policy.Infer(observation);

        Assert.Equal(tensors, Tensor.Alive);
        Assert.InRange(ResidentMemory.Bytes() - bytes, long.MinValue, Bound);
    }
}
