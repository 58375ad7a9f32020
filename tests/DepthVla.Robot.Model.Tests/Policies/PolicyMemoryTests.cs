using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Tests.Policies;

/// <summary>A server answers for weeks: an inference leaves nothing behind.</summary>
[Collection(nameof(AloneInTheProcess))]
public sealed class PolicyMemoryTests
{
    /// <summary>1.7 KiB an inference, of which a sound one leaves no more than the allocator's unrest: a lost text argument a layer is over it.</summary>
    private const long Bound = 256 << 10;

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
