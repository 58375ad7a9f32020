using System.Collections.Immutable;
using DepthVla.Robot.Data.Episodes;
using DepthVla.Robot.Data.Layout;
using DepthVla.Robot.Data.Reading;
using DepthVla.Robot.Data.Writing;
using DepthVla.Robot.Fixtures;
using DepthVla.Robot.Imaging;
using DepthVla.Robot.Imaging.Codecs;
using DepthVla.Robot.Tools.Tests.Running;

namespace DepthVla.Robot.Tools.Tests.Datasets;

public sealed class DataLabelTests : IDisposable
{
    private static readonly ImageSize Size = new(32, 24);
    private readonly string _root = Directory.CreateTempSubdirectory("depthvla-tools-").FullName;
    private readonly TeacherFolder _metric = new(TeacherFolder.Small, config => (config["max_depth"], config["infer_input_size"]) = (20, 28));

    private string Data => Path.Combine(_root, "data");

    private string Target => Path.Combine(_root, "out");

    public void Dispose()
    {
        _metric.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public async Task Label_MetricTeacher_WritesACopyWithDepth()
    {
        Write(2);
        Assert.Equal((0, ""), await Tool.RunAsync("data", "label", "--data", Data, "--teacher", _metric.Folder, "--out", Target, "--batch", "2"));
        using var copy = LeRobotDataset.Open(Target);
        Assert.Empty(copy.Verify());
        var depth = DepthPng.Decode(copy.ReadEpisode(0).Frames[1].Depths["primary"].Span);
        Assert.Equal(Size, depth.Size);
        foreach (var millimetres in depth.Millimetres) Assert.InRange(millimetres, 1, 20_000);
    }

    [Fact]
    public async Task Label_RelativeTeacher_IsRefusedUnlessAligned()
    {
        Write(1);
        using var relative = new TeacherFolder(TeacherFolder.Small, config => config["infer_input_size"] = 28);
        string[] line = ["data", "label", "--data", Data, "--teacher", relative.Folder, "--out", Target];
        var (exitCode, error) = await Tool.RunAsync(line);
        Assert.Equal(1, exitCode);
        Assert.Contains("it is a relative model: inverse depth of unknown scale and shift, not metres.", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Target));

        Assert.Equal((0, ""), await Tool.RunAsync([.. line, "--align", "0.1,0.5"]));
        (exitCode, error) = await Tool.RunAsync([.. line, "--align", "0.1"]);
        Assert.Equal(2, exitCode);
        Assert.StartsWith("--align: expected two numbers, SCALE,SHIFT, got 1;", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Label_NoTeacher_NamesWhatIsMissing()
    {
        Write(1);
        var (exitCode, error) = await Tool.RunAsync("data", "label", "--data", Data, "--teacher", _root, "--out", Target);
        Assert.Equal(1, exitCode);
        Assert.Contains($"{_root} cannot be used:\n  config.json: ", error, StringComparison.Ordinal);
        (exitCode, error) = await Tool.RunAsync("data", "label");
        Assert.Equal(2, exitCode);
        Assert.Contains("--teacher: expected a teacher's folder, got nothing; add --teacher FOLDER\n", error, StringComparison.Ordinal);
    }

    private void Write(int frames)
    {
        var spec = new DatasetSpec { Fps = 5, Features = [Feature.Picture("primary", Size), Feature.State("x"), Feature.Action("x")] };
        using var writer = DatasetWriter.Open(Data, spec);
        writer.Append("lift the cup", [.. Enumerable.Range(0, frames).Select(i => new EpisodeFrame
        {
            Seconds = i / 5.0, State = [i], Action = [-i],
            Pictures = ImmutableDictionary<string, ReadOnlyMemory<byte>>.Empty.Add("primary", PngCodec.Encode(new RgbImage(Size))),
        })]);
    }
}
