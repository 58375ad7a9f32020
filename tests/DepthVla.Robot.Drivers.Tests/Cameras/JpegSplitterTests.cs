using DepthVla.Robot.Drivers.Cameras;
using DepthVla.Robot.Imaging;
using DepthVla.Robot.Imaging.Codecs;
using FsCheck.Xunit;

namespace DepthVla.Robot.Drivers.Tests.Cameras;

public sealed class JpegSplitterTests
{
    private static readonly byte[][] Jpegs = [.. Enumerable.Range(1, 4).Select(i => JpegCodec.Encode(Noise(20 * i, 10 + i, i)))];

    /// <summary>However the stream is cut into blocks, the same pictures come out.</summary>
    [Property]
    public bool Add_AnyBlockSizes_YieldsEveryPicture(byte[] sizes)
    {
        var stream = Jpegs.SelectMany(j => j).ToArray();
        var (splitter, found, at, turn) = (new JpegSplitter(1 << 20), new List<byte[]>(), 0, 0);
        while (at < stream.Length)
        {
            var size = Math.Min(sizes.Length == 0 ? 777 : sizes[turn++ % sizes.Length] + 1, stream.Length - at);
            found.AddRange(splitter.Add(stream.AsMemory(at, size)));
            at += size;
        }

        return found.Count == Jpegs.Length && found.Zip(Jpegs).All(p => p.First.AsSpan().SequenceEqual(p.Second));
    }

    [Fact]
    public void Add_GarbageBetweenPictures_IsSkipped()
    {
        byte[] stream = [1, 2, 0xFF, 3, .. Jpegs[0], 9, 9, 9, .. Jpegs[1]];
        Assert.Equal([Jpegs[0], Jpegs[1]], new JpegSplitter(1 << 20).Add(stream));
    }

    [Fact]
    public void Add_ThumbnailInsideASegment_DoesNotCutThePicture()
    {
        byte[] thumbnail = Jpegs[1];
        byte[] application = [0xFF, 0xE1, (byte)((thumbnail.Length + 2) >> 8), (byte)(thumbnail.Length + 2), .. thumbnail];
        byte[] picture = [.. Jpegs[0][..2], .. application, .. Jpegs[0][2..]];
        Assert.Equal([picture, Jpegs[2]], new JpegSplitter(1 << 20).Add((byte[])[.. picture, .. Jpegs[2]]));
    }

    [Fact]
    public void Add_EndlessPicture_IsDroppedAndMemoryBounded()
    {
        var splitter = new JpegSplitter(10_000);
        byte[] start = [.. Jpegs[3][..(Jpegs[3].Length - 2)]];
        Assert.Empty(splitter.Add(start));
        for (var i = 0; i < 100; i++) Assert.Empty(splitter.Add(new byte[1000]));
        Assert.Equal([Jpegs[0]], splitter.Add((byte[])[.. new byte[10_000], .. Jpegs[0]]).TakeLast(1));
    }

    [Property]
    public bool Add_AnyBytes_NeverThrows(byte[][] blocks)
    {
        var splitter = new JpegSplitter(1000);
        foreach (var block in blocks) foreach (var _ in splitter.Add((byte[])[0xFF, 0xD8, 0xFF, .. block])) { }
        return true;
    }

    private static RgbImage Noise(int width, int height, int seed)
    {
        var pixels = new byte[3 * width * height];
        new Random(seed).NextBytes(pixels);
        return new RgbImage(width, height, pixels);
    }
}
