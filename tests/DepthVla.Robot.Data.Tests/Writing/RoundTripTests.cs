using DepthVla.Robot.Data.Layout;
using DepthVla.Robot.Data.Reading;
using DepthVla.Robot.Data.Tests.Running;
using DepthVla.Robot.Data.Writing;
using FsCheck;
using FsCheck.Xunit;

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

    /// <summary>Any shapes, any lengths, any names that a folder or an instruction may have.</summary>
    [Property(MaxTest = 25)]
    public void ReadEpisodes_AnyDataset_IsTheSame(DoNotSize<int> seed, NonEmptyString text)
    {
        var random = new Random(seed.Item);
        var instruction = string.IsNullOrWhiteSpace(text.Get) ? "lift" : text.Get.Replace("\0", "", StringComparison.Ordinal) + "lift";
        int Sides() => random.Next(1, 5);
        var spec = new DatasetSpec
        {
            Fps = random.Next(1, 60),
            Features =
            [
                Feature.Picture("a camera's", new(random.Next(8, 40), random.Next(8, 40))),
                Feature.Depth("\"far\"", new(random.Next(8, 40), random.Next(8, 40))),
                Feature.State([.. Enumerable.Range(0, Sides()).Select(i => $"j{i}")]), Feature.Action([.. Enumerable.Range(0, Sides()).Select(i => $"j{i}")]),
                Feature.Label("a", [Sides()]), Feature.Label("b", [Sides(), Sides()]), Feature.Label("c", [Sides(), Sides(), Sides(), Sides()]),
            ],
        };
        var folder = _scratch[$"it's [a] *folder*? {seed.Item}"];
        var episodes = Enumerable.Range(0, 3).Select(i => Samples.Frames(random.Next(1, 9), seed.Item + i, spec)).ToList();
        if (Directory.Exists(folder)) return;

        using (var writer = DatasetWriter.Open(folder, spec)) foreach (var frames in episodes) writer.Append(instruction, frames);

        using var dataset = LeRobotDataset.Open(folder);
        var read = dataset.ReadEpisodes([2, 0, 1, 2], problem => Assert.Fail(problem.ToString())).ToList();
        Assert.Equal([2, 0, 1, 2], read.Select(episode => episode.Index));
        foreach (var episode in read)
        {
            Assert.Equal(instruction, episode.Instruction);
            Same.Frames(episodes[episode.Index], episode.Frames);
        }
    }

    [Fact]
    public void ReadEpisode_InstructionChangesOnTheWay_IsKept()
    {
        var frames = Samples.Frames(4, seed: 1).Select((frame, i) => i >= 2 ? frame with { Instruction = "put it down" } : frame).ToList();
        using (var writer = DatasetWriter.Open(_scratch.Path, Samples.Spec)) writer.Append("lift it", frames);

        using var dataset = LeRobotDataset.Open(_scratch.Path);
        Assert.Equal(["lift it", "put it down"], dataset.Episodes[0].Tasks);
        Assert.Equal("lift it", dataset.ReadEpisode(0).Instruction);
        Same.Frames(frames, dataset.ReadEpisode(0).Frames);
    }

    [Fact]
    public void ReadEpisode_LabelUnknown_StaysNaN()
    {
        var frames = Samples.Frames(2, seed: 1);
        frames = frames.SetItem(0, frames[0] with { Labels = frames[0].Labels.SetItem("success", [float.NaN]) });
        using (var writer = DatasetWriter.Open(_scratch.Path, Samples.Spec)) writer.Append("lift", frames);

        using var dataset = LeRobotDataset.Open(_scratch.Path);
        Assert.Equal([float.NaN], dataset.ReadEpisode(0).Frames[0].Labels["success"]);
    }
}
