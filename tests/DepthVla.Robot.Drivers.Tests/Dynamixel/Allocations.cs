namespace DepthVla.Robot.Drivers.Tests.Dynamixel;

internal static class Allocations
{
    /// <summary>Bytes that a hundred calls take from the heap: the least of ten rounds, because the runtime allocates while it optimises.</summary>
    public static long InSteadyState(Action call)
    {
        const int Calls = 100;
        var least = long.MaxValue;
        for (var round = 0; round < 10; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < Calls; i++) call();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
