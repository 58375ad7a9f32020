using DepthVla.Robot.Data.Reading;
using DepthVla.Robot.Data.Tests.Running;
using DepthVla.Robot.Data.Writing;

namespace DepthVla.Robot.Data.Tests.Writing;

public sealed class RoundTripTests : IDisposable
{
    private readonly ScratchFolder _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(300)]
    public void ReadEpisode_Written_IsTheSame(int length)
    {
        var frames = Samples.Frames(length, seed: length);
        using (var writer = DatasetWriter.Open(_scratch.Path, Samples.Spec)) Assert.Equal(0, writer.Append("put the \"spoon\" on the towel – é", frames));

        using var dataset = LeRobotDataset.Open(_scratch.Path);
        var episode = dataset.ReadEpisode(0);

        Assert.Equal("put the \"spoon\" on the towel – é", episode.Instruction);
        Same.Frames(frames, episode.Frames);
        Assert.Empty(dataset.Notes);
        Assert.Equal(Samples.Spec.Features, dataset.Info.Features.Take(Samples.Spec.Features.Length));
        Assert.Equal(length, Assert.Single(dataset.Episodes).Length);
    }
}
