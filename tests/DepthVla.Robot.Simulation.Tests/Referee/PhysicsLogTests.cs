using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Simulation.Referee;

namespace DepthVla.Robot.Simulation.Tests.Referee;

public sealed class PhysicsLogTests
{
    [Fact]
    public void Snapshot_FewerThanFit_IsAllInOrder()
    {
        var log = new PhysicsLog(10);
        for (var i = 0; i < 4; i++) log.Add(Sample(i));

        Assert.Equal([0, 1, 2, 3], log.Snapshot().Select(sample => sample.TimeNs));
    }

    [Fact]
    public void Snapshot_MoreThanFit_IsTheNewest()
    {
        var log = new PhysicsLog(4);
        for (var i = 0; i < 10; i++) log.Add(Sample(i));

        Assert.Equal(10, log.Written);
        Assert.Equal([7, 8, 9], log.Snapshot().Select(sample => sample.TimeNs));
    }

    [Theory]
    [InlineData(0, 7)]    // forgotten: the first that there is
    [InlineData(8, 8)]
    [InlineData(10, 10)]  // none yet
    public void Snapshot_FromOneStepOn_SaysWhereItBegins(long first, long begins)
    {
        var log = new PhysicsLog(4);
        for (var i = 0; i < 10; i++) log.Add(Sample(i));

        Assert.Equal(Enumerable.Range((int)begins, 10 - (int)begins).Select(i => (long)i), log.Snapshot(ref first).Select(sample => sample.TimeNs));
        Assert.Equal(begins, first);
    }

    [Fact]
    public async Task Snapshot_WhileStepsAreRecorded_IsWholeAndWithoutGaps()
    {
        const int steps = 300_000;
        var log = new PhysicsLog(100);
        var writer = Task.Run(() => { for (var i = 0; i < steps; i++) log.Add(Sample(i)); }, TestContext.Current.CancellationToken);
        while (log.Written < steps)
        {
            var snapshot = log.Snapshot();
            for (var i = 0; i < snapshot.Length; i++)
            {
                if (snapshot[i] != Sample(snapshot[i].TimeNs)) Assert.Fail($"torn: {snapshot[i]}");
                if (i > 0 && snapshot[i].TimeNs != snapshot[i - 1].TimeNs + 1) Assert.Fail($"{snapshot[i].TimeNs} after {snapshot[i - 1].TimeNs}");
            }
        }
        await writer;
    }

    [Fact]
    public void Add_ManyTimes_AllocatesNothing()
    {
        var log = new PhysicsLog(100);
        var sample = Sample(1);
        log.Add(sample);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++) log.Add(sample);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Constructor_NoRoom_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => new PhysicsLog(1));

    private static PhysicsSample Sample(long number)
    {
        var same = JointVector.Zero(JointVector.MaxJoints);
        same.AsSpan().Fill(number);
        return new()
        {
            TimeNs = number, Episode = (int)number, CommandNumber = number, Commanded = same, Positions = same, Velocities = same,
            Tool = new(number, number, number),
        };
    }
}
