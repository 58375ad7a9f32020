using DepthVla.Robot.Server.Policies;

namespace DepthVla.Robot.Server.Tests.Policies;

public sealed class MemoryCheckTests
{
    [Fact]
    public void Fault_MoreThanIsFree_SaysBothNumbers()
    {
        Assert.Equal("the weights take 7.7 GB, and 3.2 GB of memory are free on cpu; give the server more memory, or have it serve fewer models or smaller ones", MemoryCheck.Fault(7_700_000_000, 3_200_000_000, "cpu"));
        Assert.Null(MemoryCheck.Fault(3_200_000_000, 3_200_000_000, "cpu"));
    }

    [Fact]
    public void Available_AsTheKernelSaysIt_IsInBytes() =>
        Assert.Equal(2_048_000, MemoryCheck.Available(["MemTotal:       16 kB", "MemFree:   1 kB", "MemAvailable:   2000 kB"]));
}
