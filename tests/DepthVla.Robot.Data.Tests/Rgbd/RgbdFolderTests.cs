using DepthVla.Robot.Data.Layout;
using DepthVla.Robot.Data.Rgbd;
using DepthVla.Robot.Data.Tests.Running;
using DepthVla.Robot.Imaging;
using DepthVla.Robot.Imaging.Codecs;

namespace DepthVla.Robot.Data.Tests.Rgbd;

public sealed class RgbdFolderTests : IDisposable
{
    private readonly ScratchFolder _scratch = new();
    private readonly Random _random = new(1);

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData("rgb", "{0:D5}.png", "{0:D5}.png")]
    [InlineData("color", "{0}.jpg", "{0}.png")]
    [InlineData("image", "frame-{0:D6}.color.jpeg", "frame-{0:D6}.depth.png")]
    public void ReadAll_LayoutsAsTheyShip_AreInTheOrderOfTheirNumbers(string folder, string picture, string depth)
    {
        foreach (var number in (int[])[0, 2, 10, 100])
        {
            Picture($"{folder}/{Name(picture, number)}", new(8, 6));
            Depth($"depth/{Name(depth, number)}", new(8, 6), (ushort)(1000 + number));
        }

        var frames = RgbdFolder.Open(_scratch.Path).ReadAll(problem => Assert.Fail(problem.ToString())).ToList();
        Assert.Equal([0, 2, 10, 100], frames.Select(frame => frame.Number));
        Assert.All(frames, frame => Assert.Equal(1000 + frame.Number, frame.Depth.Millimetres[0]));
    }

    [Fact]
    public void Read_DepthSmaller_IsNearestToThePicturesPixels()
    {
        Picture("rgb/0.png", new(8, 4));
        File.WriteAllBytes(InFolder("depth/0.png"), DepthPng.Encode(new(new(4, 2), [1, 2, 3, 4, 5, 6, 7, 8])));
        var folder = RgbdFolder.Open(_scratch.Path);
        var frame = folder.Read(folder.Pairs[0]);
        Assert.Equal(new ImageSize(8, 4), frame.Depth.Size);
        Assert.Equal([1, 1, 2, 2, 3, 3, 4, 4, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 5, 5, 6, 6, 7, 7, 8, 8], frame.Depth.Millimetres.ToArray());
    }

    [Fact]
    public void Read_OtherUnit_IsMillimetres()
    {
        Picture("rgb/0.png", new(3, 1));
        File.WriteAllBytes(InFolder("depth/0.png"), DepthPng.Encode(new(new(3, 1), [0, 5000, 65535])));
        var fifthOfMillimetre = RgbdFolder.Open(_scratch.Path, unitsAMetre: 5000);
        Assert.Equal([0, 1000, 13107], fifthOfMillimetre.Read(fifthOfMillimetre.Pairs[0]).Depth.Millimetres.ToArray());
        var centimetres = RgbdFolder.Open(_scratch.Path, unitsAMetre: 100);
        Assert.Equal([0, 50000, 0], centimetres.Read(centimetres.Pairs[0]).Depth.Millimetres.ToArray()); // 655 m cannot be kept
    }

    [Fact]
    public void ReadAll_FilesUnmatchedOrBroken_AreNamed()
    {
        for (var i = 0; i < 6; i++)
        {
            Picture($"rgb/{i}.png", new(8, 6));
            Depth($"depth/{i}.png", new(8, 6), 500);
        }
        File.Delete(InFolder("rgb/0.png"));
        File.Delete(InFolder("depth/1.png"));
        File.WriteAllBytes(InFolder("rgb/2.png"), File.ReadAllBytes(InFolder("rgb/2.png"))[..100]);
        File.WriteAllBytes(InFolder("depth/3.png"), File.ReadAllBytes(InFolder("rgb/3.png")));
        Depth("depth/4.png", new(6, 8), 500);
        File.WriteAllText(InFolder("rgb/notes.txt"), "");
        File.WriteAllText(InFolder("depth/mean.png"), "");
        Picture("rgb/0005.jpg", new(8, 6));

        var problems = new List<RgbdProblem>();
        var frames = RgbdFolder.Open(_scratch.Path).ReadAll(problems.Add).ToList();

        Assert.Equal([5], frames.Select(frame => frame.Number));
        string[] expected =
        [
            "depth/0.png: there is no picture of number 0",
            "depth/3.png: the PNG has 8 bits a sample and colour type 2; depth needs 16 bits of grey (colour type 0)",
            "depth/4.png: it is 6x8, the picture 8x6: they do not show the same",
            "depth/mean.png: its name has no number",
            "rgb/1.png: there is no depth of number 1",
            "rgb/2.png: the PNG is broken or cut short (100 bytes)",
            "rgb/5.png: rgb/0005.jpg has number 5 already",
            "rgb/notes.txt: its name does not end in .png or .jpg or .jpeg",
        ];
        Assert.Equal(expected.Length, problems.Count);
        foreach (var (text, problem) in expected.Zip(problems.Select(problem => problem.ToString()).Order(StringComparer.Ordinal)))
            Assert.StartsWith(text, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_NoSuchFolders_SaysWhich()
    {
        AssertRefused("nowhere", "got nothing: it does not exist;");
        Directory.CreateDirectory(_scratch["a"]);
        AssertRefused("a", "got no folder of pictures; name it one of rgb, color, image, images");
        Directory.CreateDirectory(_scratch["a/rgb"]);
        AssertRefused("a", "got no folder 'depth';");
    }

    [Fact]
    public void Find_InACollection_GivesEveryScene()
    {
        foreach (var scene in (string[])["cups/scene_010", "cups/scene_002", "lone"])
        {
            Picture($"{scene}/rgb/0.png", new(8, 6));
            Depth($"{scene}/depth/0.png", new(8, 6), 500);
        }
        Picture("cups/scene_003/rgb/0.png", new(8, 6)); // without depth
        Assert.Equal([_scratch["cups/scene_002"], _scratch["cups/scene_010"], _scratch["lone"]], RgbdFolders.Find(_scratch.Path));
        Assert.Equal([_scratch["lone"]], RgbdFolders.Find(_scratch["lone"]));
        var error = Assert.Throws<DatasetException>(() => RgbdFolders.Find(_scratch["cups/scene_003"]));
        Assert.Contains("got no folder 'depth';", error.Message, StringComparison.Ordinal);
        Assert.Contains("got nothing", Assert.Throws<DatasetException>(() => RgbdFolders.Find(_scratch["nowhere"])).Message, StringComparison.Ordinal);
    }

    private static string Name(string template, int number) => string.Format(System.Globalization.CultureInfo.InvariantCulture, template, number);

    private void AssertRefused(string folder, string expected) =>
        Assert.Contains(expected, Assert.Throws<DatasetException>(() => RgbdFolder.Open(_scratch[folder])).Message, StringComparison.Ordinal);

    private void Picture(string file, ImageSize size) =>
        File.WriteAllBytes(InFolder(file), Samples.Picture(_random, size, jpeg: !file.EndsWith(".png", StringComparison.Ordinal)));

    private void Depth(string file, ImageSize size, ushort millimetres) =>
        File.WriteAllBytes(InFolder(file), DepthPng.Encode(new(size, [.. Enumerable.Repeat(millimetres, size.Width * size.Height)])));

    private string InFolder(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_scratch[file])!);
        return _scratch[file];
    }
}
