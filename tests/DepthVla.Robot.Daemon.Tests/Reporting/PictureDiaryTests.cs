using DepthVla.Robot.Daemon.Reporting;

namespace DepthVla.Robot.Daemon.Tests.Reporting;

public sealed class PictureDiaryTests
{
    [Theory]
    [InlineData(3)]
    [InlineData(60)]
    [InlineData(0)]
    public void Wants_ObservationsAtTenHertz_SixMomentsSpreadOut(int seconds)
    {
        const long Start = 1_000_000_000_000;
        var diary = new PictureDiary(true, Start, TimeSpan.FromSeconds(seconds));
        var run = seconds == 0 ? 600 : seconds;
        var wanted = Enumerable.Range(0, run * 10).Where(i => diary.Wants(Start + i * 100_000_000L)).ToArray();

        Assert.Equal(6, wanted.Length);
        Assert.All(wanted.Zip(wanted.Skip(1)), pair => Assert.True(pair.Second - pair.First >= (seconds == 3 ? 4 : 45)));
    }

    [Fact]
    public void Wants_NoFileAskedFor_Never() => Assert.False(new PictureDiary(false, 0, TimeSpan.FromSeconds(1)).Wants(long.MaxValue / 2));

    [Fact]
    public void TryWrite_NothingKept_WritesNothing() => Assert.False(new PictureDiary(true, 0, TimeSpan.Zero).TryWrite("/nowhere/at/all.png", trained: false));
}
