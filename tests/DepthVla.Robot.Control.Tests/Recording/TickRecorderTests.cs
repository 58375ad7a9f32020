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
