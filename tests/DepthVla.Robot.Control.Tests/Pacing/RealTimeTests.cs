using System.Collections.Immutable;
using DepthVla.Robot.Control.Pacing;
using DepthVla.Robot.Core.Realtime;

namespace DepthVla.Robot.Control.Tests.Pacing;

public sealed class RealTimeTests
{
    [Fact]
    public void Request_OnItsOwnThread_SaysWhatWasGrantedAndWhatToChange()
    {
        var (grants, isFifo) = Request(RealTime.DefaultPriority);
        Assert.Equal(3, grants.Length);
        Assert.Equal(grants[0].Granted, isFifo);
        Assert.All(grants, grant => Assert.Equal(grant.Granted, grant.Remedy.Length == 0));
    }

    [Fact]
    public void Request_ImpossiblePriority_IsRefusedAndNotFatal()
    {
        var (grants, isFifo) = Request(1000);
        Assert.False(grants[0].Granted);
        Assert.Contains("Invalid argument", grants[0].Remedy);
        Assert.False(isFifo);
    }

    // Scheduling belongs to a thread: a thread of its own leaves the test runner's as they are.
    private static (ImmutableArray<RealTimeGrant> Grants, bool IsFifo) Request(int priority)
    {
        var result = (ImmutableArray<RealTimeGrant>.Empty, false);
        var thread = new Thread(() => result = (RealTime.Request(priority), FifoScheduling.IsGranted));
        thread.Start();
        thread.Join();
        return result;
    }
}
