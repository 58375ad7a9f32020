using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Daemon.Observing;
using DepthVla.Robot.Imaging;
using DepthVla.Robot.Imaging.Codecs;

namespace DepthVla.Robot.Daemon.Tests.Observing;

public sealed class FrameCheckTests
{
    private static readonly JointVector Here = JointVector.From([0.1, 0.2]), There = JointVector.From([0.1, 0.3]);

    private readonly FrameCheck _check = new(["file"]);

    [Fact]
    public void Fault_PicturesThatChange_IsNone()
    {
        for (var i = 0; i < 20; i++) Assert.Null(_check.Fault([Frame("primary", seed: i, i * 0.1)], i % 2 == 0 ? Here : There));
    }

    [Fact]
    public void Fault_SamePictureWhileTheArmStands_IsNone()
    {
        for (var i = 0; i < 20; i++) Assert.Null(_check.Fault([Frame("primary", seed: 1, i * 0.1)], Here));
    }

    [Fact]
    public void Fault_SamePictureWhileTheArmMoves_IsAFrozenCamera_UntilItShowsAnother()
    {
        CameraFrame[] Frames(double seconds, int seed) => [Frame("primary", (int)(seconds * 10), seconds), Frame("wrist", seed, seconds)];
        Assert.Null(_check.Fault(Frames(0, seed: 1), Here));
        Assert.Null(_check.Fault(Frames(0.4, seed: 1), There));                                  // cameras are slower than the arm
        Assert.Contains("'wrist' has shown the same picture for 0.6 s while a joint moved by 0.10", _check.Fault(Frames(0.6, seed: 1), There), StringComparison.Ordinal);
        Assert.Null(_check.Fault(Frames(0.7, seed: 2), There));
    }

    [Fact]
    public void Fault_Black_IsNamed_EachTimeAndByNoise()
    {
        var black = new RgbImage(32, 32);
        for (var i = 0; i < 2; i++) Assert.Contains("'primary' shows black", _check.Fault([Frame("primary", black, i)], Here), StringComparison.Ordinal);
        var noisy = new byte[3 * 32 * 32];
        new Random(1).NextBytes(noisy);
        for (var i = 0; i < noisy.Length; i++) noisy[i] %= 12;
        Assert.Contains("shows black", _check.Fault([Frame("primary", new RgbImage(32, 32, noisy), 2)], Here), StringComparison.Ordinal);
        Assert.Null(_check.Fault([Frame("primary", seed: 1, 3)], Here));
    }

    [Fact]
    public void Fault_BytesThatAreNoPicture_IsWhatTheDecoderSays() =>
        Assert.Contains("frames[primary]", _check.Fault([Frame("primary", seed: 1, 0) with { Data = new byte[100] }], Here), StringComparison.Ordinal);

    [Fact]
    public void Fault_CamerasThatChangePlaces_AreNamed_UntilTheyAreBack()
    {
        // Two scenes of patches, each with a little noise and light that changes.
        CameraFrame[] Frames(int first, int second, int noise) =>
            [Frame("primary", Patches(first, noise), noise * 0.1), Frame("wrist", Patches(second, noise + 100), noise * 0.1)];
        for (var i = 0; i < 5; i++) Assert.Null(_check.Fault(Frames(1, 2, noise: i), Here));
        for (var i = 5; i < 8; i++) Assert.Contains("'primary' and 'wrist' show what the other showed", _check.Fault(Frames(2, 1, noise: i), Here), StringComparison.Ordinal);
        Assert.Null(_check.Fault(Frames(1, 2, noise: 9), Here));
        Assert.Null(_check.Fault(Frames(1, 3, noise: 10), Here));    // a wrist camera that sees something new
        Assert.Null(_check.Fault(Frames(3, 3, noise: 11), Here));    // two that see the same
    }

    [Fact]
    public void Fault_FilesThatAreShownForEver_AreTrusted()
    {
        for (var i = 0; i < 20; i++) Assert.Null(_check.Fault([Frame("file", new RgbImage(32, 32), i)], i % 2 == 0 ? Here : There));
    }

    private static RgbImage Patches(int scene, int noise)
    {
        var (layout, random) = (new Random(scene), new Random(noise));
        var grey = Enumerable.Range(0, 16).Select(_ => layout.Next(40, 200)).ToArray();
        var pixels = new byte[3 * 32 * 32];
        for (var i = 0; i < pixels.Length; i++) pixels[i] = (byte)(grey[(i / 3 / 32 / 8 * 4) + (i / 3 % 32 / 8)] + noise % 7 + random.Next(20));
        return new(32, 32, pixels);
    }

    private static CameraFrame Frame(string camera, int seed, double seconds)
    {
        var pixels = new byte[3 * 32 * 32];
        new Random(seed).NextBytes(pixels);
        return Frame(camera, new RgbImage(32, 32, pixels), seconds);
    }

    private static CameraFrame Frame(string camera, RgbImage picture, double seconds) => new()
    {
        Camera = camera, Encoding = ImageEncoding.Jpeg, Width = 32, Height = 32, CaptureTimeNs = (long)(seconds * 1e9), Sequence = 1, Data = JpegCodec.Encode(picture),
    };
}
