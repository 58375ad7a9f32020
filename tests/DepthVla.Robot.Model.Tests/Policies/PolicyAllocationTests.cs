using DepthVla.Robot.Core.Cameras;

namespace DepthVla.Robot.Model.Tests.Policies;

/// <summary>What an answer leaves to the garbage collector, whose pauses stop the robot's control thread where both share a machine.</summary>
public sealed class PolicyAllocationTests
{
    /// <summary>Pictures and tensors are none of it: what there is are handles on tensors and the lists they are in.</summary>
    private const long Stated = 512 << 10;

    [Fact]
    public async Task Infer_TwoCameras_AllocatesNoMoreThanStated()
    {
        using var policy = new TinyPolicy();
        var small = TinyObservation.Create();
        var large = small with { Frames = [.. small.Frames.Select(f => f with { Encoding = ImageEncoding.Rgb8, Width = 640, Height = 480, Stride = 0, Data = new byte[3 * 640 * 480] })] };
        for (var i = 0; i < 3; i++) await policy.Infer(large);

        var before = GC.GetAllocatedBytesForCurrentThread();
        await policy.Infer(large);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.InRange(allocated, 1, Stated);
    }
}
