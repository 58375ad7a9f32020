using DepthVla.Robot.Control.Pacing;
using DepthVla.Robot.Control.Recording;
using DepthVla.Robot.Core.Joints;

namespace DepthVla.Robot.Control.Tests.Recording;

public sealed class TickRecorderTests
{
    [Fact]
    public void Newest_FewerThanCapacity_IsAllOfThemOldestFirst() => Assert.Equal([0, 1, 2], Times(Filled(8, 3).Newest(100)));

    [Fact]
    public void Newest_AfterWrapping_IsTheNewestWithoutTheOneThatMayBeWritten()
    {
        Assert.Equal([93, 94, 95, 96, 97, 98, 99], Times(Filled(8, 100).Newest(100)));
        Assert.Equal([98, 99], Times(Filled(8, 100).Newest(2)));
    }

    [Fact]
    public async Task Newest_WhileAnotherThreadAdds_HasNoTornTurn()
    {
        var recorder = new TickRecorder(256);
        using var done = new CancellationTokenSource();
        var writer = Task.Run(() =>
        {
            for (long i = 0; !done.IsCancellationRequested; i++) recorder.Add(Turn(i));
        }, TestContext.Current.CancellationToken);

        var turns = 0;
        for (var copy = 0; copy < 2000 || turns < 1000; copy++)
        {
            var newest = recorder.Newest(256);
            turns += newest.Length;
            for (var i = 0; i < newest.Length; i++)
            {
                Assert.Equal(newest[0].Tick.TimeNs + i, newest[i].Tick.TimeNs);
                Assert.Equal(newest[i].Tick.TimeNs, newest[i].Command[0]);
                Assert.Equal(newest[i].Tick.TimeNs, newest[i].Command[15]);
            }
        }

        await done.CancelAsync();
        await writer;
    }

    [Fact]
    public void Copy_InParts_GivesEveryTurnOnce()
    {
        var (recorder, next, copy, times) = (Filled(8, 5), 0L, new TickRecord[2], new List<long>());
        while (recorder.Copy(ref next, copy) is > 0 and var count) times.AddRange(Times(copy[..count]));
        Assert.Equal([0, 1, 2, 3, 4], times);
        recorder.Add(Turn(5));
        Assert.Equal(1, recorder.Copy(ref next, copy));
        Assert.Equal(5, copy[0].Tick.TimeNs);
    }

    [Fact]
    public void Copy_TooLate_SkipsWhatWasOverwritten()
    {
        var (next, copy) = (2L, new TickRecord[100]);
        var count = Filled(8, 100).Copy(ref next, copy);
        Assert.Equal([93, 94, 95, 96, 97, 98, 99], Times(copy[..count]));
        Assert.Equal(100, next);
    }

    [Fact]
    public async Task Copy_WhileAnotherThreadAdds_HasNoTornTurnAndAllocatesNothing()
    {
        var recorder = new TickRecorder(256);
        using var done = new CancellationTokenSource();
        var writer = Task.Run(() =>
        {
            for (long i = 0; !done.IsCancellationRequested; i++) recorder.Add(Turn(i));
        }, TestContext.Current.CancellationToken);

        var (next, copy, last, turns, faults) = (0L, new TickRecord[100], -1L, 0, 0);
        GC.Collect();   // a collection later would book the rest of this thread's half-used buffer
        var before = GC.GetAllocatedBytesForCurrentThread();
        while (turns < 100_000)
        {
            var count = recorder.Copy(ref next, copy);
            for (var i = 0; i < count; i++)
            {
                if (copy[i].Tick.TimeNs <= last || copy[i].Command[0] != copy[i].Tick.TimeNs || copy[i].Command[15] != copy[i].Tick.TimeNs) faults++;
                last = copy[i].Tick.TimeNs;
            }

            turns += count;
        }

        Assert.Equal((0, 0L), (faults, GC.GetAllocatedBytesForCurrentThread() - before));
        await done.CancelAsync();
        await writer;
    }

    private static TickRecorder Filled(int capacity, int turns)
    {
        var recorder = new TickRecorder(capacity);
        for (var i = 0; i < turns; i++) recorder.Add(Turn(i));
        return recorder;
    }

    private static TickRecord Turn(long i)
    {
        var command = JointVector.Zero(16);
        command.AsSpan().Fill(i);
        return new TickRecord { Tick = new PaceTick(i, i, 0, 0), Command = command };
    }

    private static IEnumerable<long> Times(TickRecord[] turns) => turns.Select(turn => turn.Tick.TimeNs);
}
