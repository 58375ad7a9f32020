using DepthVla.Robot.Drivers.UniversalRobots;

namespace DepthVla.Robot.Drivers.Tests.UniversalRobots;

public sealed class NewestTests
{
    [Fact]
    public void TryTake_NothingNew_LeavesTheValue()
    {
        var (newest, value) = (new Newest<long>(), 5L);
        Assert.False(newest.TryTake(ref value));
        newest.Publish(6);
        newest.Publish(7);
        Assert.True(newest.TryTake(ref value));
        Assert.Equal(7, value);
        Assert.False(newest.TryTake(ref value));
        Assert.Equal(7, value);
    }

    [Fact]
    public async Task TryTake_WhileAnotherThreadPublishes_IsWholeAndNeverOlder()
    {
        const int Count = 300_000;
        var newest = new Newest<(long, long, long, long)>();
        var writing = Task.Run(() => { for (long i = 1; i <= Count; i++) newest.Publish((i, i, i, i)); }, TestContext.Current.CancellationToken);
        var (value, last) = ((0L, 0L, 0L, 0L), 0L);
        while (last < Count)
        {
            if (!newest.TryTake(ref value)) continue;
            Assert.True(value.Item1 == value.Item2 && value.Item2 == value.Item3 && value.Item3 == value.Item4, $"torn: {value}");
            Assert.True(value.Item1 > last, $"{value.Item1} came after {last}");
            last = value.Item1;
        }

        await writing;
    }
}
