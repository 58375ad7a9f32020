using System.Collections.Immutable;
using DepthVla.Robot.Data.Episodes;
using DepthVla.Robot.Data.Layout;
using DepthVla.Robot.Data.Writing;
using DepthVla.Robot.Imaging;
using DepthVla.Robot.Imaging.Codecs;
using DepthVla.Robot.Tools.Tests.Running;

namespace DepthVla.Robot.Tools.Tests.Datasets;

public sealed class DataInspectTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("depthvla-tools-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Inspect_SoundDataset_DrawsItsPictures()
    {
        Write(3, 1, 2);
        var pictures = Path.Combine(_root, "strip.png");

        Assert.Equal((0, ""), await Tool.RunAsync("data", "inspect", _root, "--pictures", pictures));

        // Three episodes: a row of pictures and one of depth each, up to three frames wide, every picture 160 px wide.
        var strip = PngCodec.Decode(await File.ReadAllBytesAsync(pictures, TestContext.Current.CancellationToken));
        Assert.Equal(3 * 160 + 4 * 4, strip.Width);
        Assert.InRange(strip.Height, 6 * 80, 6 * 110);
    }

    [Fact]
    public async Task Inspect_EpisodesBroken_NamesThemAndFails()
    {
        Write(3, 1, 2);
        var file = Path.Combine(_root, "data/chunk-000/episode_000001.parquet");
        await using (var stream = File.OpenWrite(file)) stream.SetLength(100);
        File.Delete(Path.Combine(_root, "data/chunk-000/episode_000002.parquet"));

        var (exitCode, error) = await Tool.RunAsync("data", "inspect", _root);

        Assert.Equal(1, exitCode);
        Assert.StartsWith("2 episodes cannot be used:\n  episode 1 (data/chunk-000/episode_000001.parquet): it cannot be", error, StringComparison.Ordinal);
        Assert.EndsWith("\n  episode 2 (data/chunk-000/episode_000002.parquet): the file does not exist\n", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspect_AllBroken_Fails()
    {
        Write(1);
        File.Delete(Path.Combine(_root, "data/chunk-000/episode_000000.parquet"));
        var (exitCode, error) = await Tool.RunAsync("data", "inspect", _root, "--pictures", Path.Combine(_root, "strip.png"));
        Assert.Equal(1, exitCode);
        Assert.StartsWith("1 episode cannot be used:\n", error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_root, "strip.png")));
    }

    [Fact]
    public async Task Inspect_Empty_IsNoError()
    {
        Write();
        Assert.Equal((0, ""), await Tool.RunAsync("data", "inspect", _root));
    }

    [Fact]
    public async Task Inspect_MetaBroken_NamesField()
    {
        Write(1);
        await File.WriteAllTextAsync(Path.Combine(_root, "meta/info.json"), "{}", TestContext.Current.CancellationToken);
        var (exitCode, error) = await Tool.RunAsync("data", "inspect", _root);
        Assert.Equal(1, exitCode);
        Assert.StartsWith("meta/info.json: codebase_version: expected \"v2.1\" or \"v3.0\", got nothing;", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/nowhere", "folder: expected a LeRobot dataset, v2.1 or v3.0, got /nowhere, which does not exist; check the path\n")]
    [InlineData("/usr", "folder: expected a LeRobot dataset, v2.1 or v3.0, got /usr, which has no meta/info.json; check the path\n")]
    [InlineData("/usr --pictures /nowhere/strip.png", "--pictures: expected a .png file to write, got /nowhere/strip.png, whose folder does not exist;")]
    public async Task Inspect_ValueThatCannotBeUsed_NamesIt(string line, string expected)
    {
        var (exitCode, error) = await Tool.RunAsync(["data", "inspect", .. line.Split(' ')]);
        Assert.Equal(2, exitCode);
        Assert.StartsWith(expected, error, StringComparison.Ordinal);
    }

    private void Write(params int[] lengths)
    {
        var size = new ImageSize(32, 16);
        var none = DepthPng.Encode(new(size, new ushort[size.Width * size.Height]));
        var spec = new DatasetSpec
        {
            Fps = 5, Features = [Feature.Picture("primary", size), Feature.Depth("primary", size), Feature.State("[x]"), Feature.Action("[x]")],
        };
        using var writer = DatasetWriter.Open(_root, spec);
        foreach (var length in lengths)
        {
            writer.Append("put the [spoon] on the towel", [.. Enumerable.Range(0, length).Select(i => new EpisodeFrame
            {
                Seconds = i / 5.0, State = [i], Action = [-i],
                Pictures = ImmutableDictionary<string, ReadOnlyMemory<byte>>.Empty.Add("primary", PngCodec.Encode(new RgbImage(size))),
                Depths = ImmutableDictionary<string, ReadOnlyMemory<byte>>.Empty.Add("primary", none),
            })]);
        }
    }
}
