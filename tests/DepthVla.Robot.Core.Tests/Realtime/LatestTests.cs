using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Realtime;
using DepthVla.Robot.Core.Robots;
using System.Runtime.CompilerServices;

namespace DepthVla.Robot.Core.Tests.Realtime;

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

    [Theory]
    [InlineData(1)] // the writer always writes where the reader reads
    [InlineData(8)]
    public async Task Read_WhileAnotherThreadWrites_IsNeverTornNorGoesBack(int slots)
    {
        const int writes = 100_000;
        var latest = new Latest<Large>(default, slots);
        var writer = Task.Run(
            () =>
            {
                Large value = default;
                for (var i = 1; i <= writes; i++)
                {
                    ((Span<long>)value).Fill(i);
                    latest.Write(value);
                }
            },
            TestContext.Current.CancellationToken);

        for (var last = 0L; last < writes;)
        {
            var value = latest.Read(out var number);
            var other = ((ReadOnlySpan<long>)value).IndexOfAnyExcept(number);
            if (other >= 0) Assert.Fail($"number {number} with a piece of {value[other]}");
            if (number < last) Assert.Fail($"number {number} after {last}");
            last = number;
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

    private static JointState State(long number)
    {
        var same = JointVector.Zero(JointVector.MaxJoints);
        same.AsSpan().Fill(number);
        return new(number, same, same);
    }

    // So large that the threads meet in the middle of a copy, also where one processor runs them in turns.
    [InlineArray(4096)]
    private struct Large
    {
        private long _first;
    }
}
