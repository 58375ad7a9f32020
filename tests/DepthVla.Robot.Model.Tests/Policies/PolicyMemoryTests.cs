using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Tests.Policies;

/// <summary>A server answers for weeks: an inference leaves nothing behind.</summary>
[Collection(nameof(AloneInTheProcess))]
public sealed class PolicyMemoryTests
{
    private const int MostWindows = 60;
    private const int WindowsAtRest = 5;
    private const int Inferences = 20;

    /// <summary>0.4 KiB an inference: less than losing one word in every layer.</summary>
    private const long Rest = 8 << 10;

    /// <summary>28 KiB an inference, a quarter of the VLM's keys and values: the smallest tensor worth keeping by mistake is over it.</summary>
    private const long MostResidentBytes = 4 << 20;

    /// <remarks>The native heap moves while code is being compiled, and rests in between. With the smallest loss it does so in hardly any window.</remarks>
    [Fact]
    public async Task InferAsync_ManyTimes_LeavesNoTensorAndNoMemory()
    {
        using var policy = new TinyPolicy();
        var observation = TinyObservation.Create() with { WantDepth = true };
        for (var i = 0; i < Inferences; i++) await policy.Infer(observation);
        var tensors = Tensor.Alive;

        var moved = new List<long>();
        while (moved.Count(bytes => Math.Abs(bytes) <= Rest) < WindowsAtRest)
        {
            Assert.True(moved.Count < MostWindows, $"each {Inferences} inferences moved the native heap by {string.Join(", ", moved)} bytes");
            var before = ProcessMemory.NativeBytes();
            for (var i = 0; i < Inferences; i++) await policy.Infer(observation);
            moved.Add(ProcessMemory.NativeBytes() - before);
        }

        var resident = ProcessMemory.ResidentBytes();
        for (var i = 0; i < 5 * Inferences; i++) await policy.Infer(observation);
        Assert.InRange(ProcessMemory.ResidentBytes() - resident, long.MinValue, MostResidentBytes);
        Assert.Equal(tensors, Tensor.Alive);
    }
}
