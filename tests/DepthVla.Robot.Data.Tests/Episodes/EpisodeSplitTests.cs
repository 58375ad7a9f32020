using DepthVla.Robot.Data.Episodes;
using FsCheck;
using FsCheck.Xunit;

namespace DepthVla.Robot.Data.Tests.Episodes;

public sealed class EpisodeSplitTests
{
    [Property]
    public void Of_AnyEpisodes_HoldsEachOnceAndTheShareAsked(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        int[] episodes = [.. Enumerable.Range(0, 200).Where(_ => random.Next(3) > 0)];
        var (share, key) = (random.NextDouble(), (ulong)random.NextInt64());
        var split = EpisodeSplit.Of(episodes, share, key);

        Assert.Equal(episodes, split.Training.Concat(split.Validation).Order());
        Assert.InRange(split.Validation.Length, share * episodes.Length - 1, share * episodes.Length + 1);
        random.Shuffle(episodes);
        var again = EpisodeSplit.Of(episodes, share, key);
        Assert.Equal(split.Training, again.Training);
        Assert.Equal(split.Validation, again.Validation);
    }

    [Fact]
    public void Of_KnownSeed_NeverChanges() => Assert.Equal([4, 11, 13, 17], EpisodeSplit.Of(Enumerable.Range(0, 20), 0.2, seed: 7).Validation);

    [Fact]
    public void Of_OtherSeed_IsAnotherSplit() => Assert.NotEqual(
        EpisodeSplit.Of(Enumerable.Range(0, 100), 0.5, seed: 1).Validation, EpisodeSplit.Of(Enumerable.Range(0, 100), 0.5, seed: 2).Validation);

    [Theory]
    [InlineData(2, 0.01, 1)]
    [InlineData(2, 0.99, 1)]
    [InlineData(1, 0.2, 0)]
    [InlineData(5, 0, 0)]
    [InlineData(5, 1, 5)]
    [InlineData(0, 0.5, 0)]
    public void Of_FewEpisodes_LeavesNoSideEmptyWhereItCan(int count, double share, int expected) =>
        Assert.Equal(expected, EpisodeSplit.Of(Enumerable.Range(0, count), share, seed: 1).Validation.Length);

    [Fact]
    public void Of_NonsenseShareOrTwins_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => EpisodeSplit.Of([1], double.NaN, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => EpisodeSplit.Of([1], 1.1, 0));
        Assert.Throws<ArgumentException>(() => EpisodeSplit.Of([1, 1], 0.5, 0));
    }
}
