using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Simulation.Realtime;

namespace DepthVla.Robot.Simulation.Tests.Realtime;

public sealed class LatestTests
{
    [Fact]
    public void Read_BeforeAnyWrite_IsTheFirstValueNumberZero()
    {
        var latest = new Latest<double>(1.5);

        Assert.Equal(1.5, latest.Read(out var number));
        Assert.Equal(0, number);
    }

    [Fact]
    public void Read_AfterManyWrites_IsTheNewest()
    {
        var latest = new Latest<long>(0);
        for (var i = 1; i <= 100; i++)
        {
            latest.Write(i);
            Assert.Equal(i, latest.Read(out var number));
            Assert.Equal(i, number);
        }
    }

    [Fact]
    public async Task Read_WhileAnotherThreadWrites_IsNeverTornNorGoesBack()
    {
        const int writes = 1_000_000;
        var latest = new Latest<JointState>(State(0));
        var writer = Task.Run(() => { for (var i = 1; i <= writes; i++) latest.Write(State(i)); }, TestContext.Current.CancellationToken);

        var (reads, last) = (0L, 0L);
        while (last < writes)
        {
            var state = latest.Read(out var number);
            if (state != State(number)) Assert.Fail($"read {reads}: state {state} under number {number}");
            if (number < last) Assert.Fail($"read {reads}: number {number} after {last}");
            (reads, last) = (reads + 1, number);
        }
        await writer;
    }

    [Fact]
    public void ReadAndWrite_ManyTimes_AllocateNothing()
    {
        var latest = new Latest<JointState>(State(0));
        var state = State(1);
        latest.Write(state);
        _ = latest.Read();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++)
        {
            latest.Write(state);
            _ = latest.Read();
        }
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    // Every number of it is the same, so that a mixture of two shows.
    private static JointState State(long number)
    {
        var same = JointVector.Zero(JointVector.MaxJoints);
        same.AsSpan().Fill(number);
        return new(number, same, same);
    }
}
