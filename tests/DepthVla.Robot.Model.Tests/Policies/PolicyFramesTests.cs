using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Imaging;
using DepthVla.Robot.Imaging.Codecs;
using DepthVla.Robot.Imaging.Resampling;

namespace DepthVla.Robot.Model.Tests.Policies;

/// <summary>Which frames <see cref="Model.Policies.DepthVlaPolicy"/> takes, and that what they show is all that counts.</summary>
public sealed class PolicyFramesTests : IDisposable
{
    private readonly TinyPolicy _policy = new();

    public void Dispose() => _policy.Dispose();

    [Fact]
    public async Task InferAsync_JpegAndItsPixels_SameChunk()
    {
        var jpeg = JpegCodec.Encode(TinyObservation.Picture(1, 160, 120));
        var picture = JpegCodec.Decode(jpeg);
        Assert.Equal(await Chunk(TinyObservation.Frame("primary", picture)), await Chunk(TinyObservation.Frame("primary", picture, ImageEncoding.Jpeg, jpeg)));
    }

    [Theory]
    [InlineData(640, 480)]
    [InlineData(48, 112)]
    [InlineData(1, 1)]
    public async Task InferAsync_FrameOfAnotherSize_IsThatPictureWithBars(int width, int height)
    {
        var picture = TinyObservation.Picture(1, width, height);
        var barred = new ResizeWithPad(new ImageSize(TinyObservation.Side, TinyObservation.Side)).Apply(picture);
        Assert.Equal(await Chunk(TinyObservation.Frame("primary", barred)), await Chunk(TinyObservation.Frame("primary", picture)));
    }

    [Fact]
    public async Task InferAsync_FrameToBeTurned_IsTheUprightPicture()
    {
        var upright = TinyObservation.Picture(1);
        var lying = new byte[upright.Memory.Length];
        for (var pixel = 0; pixel < lying.Length / 3; pixel++) upright.Pixels.Slice(pixel * 3, 3).CopyTo(lying.AsSpan(lying.Length - 3 - pixel * 3));
        var turned = TinyObservation.Frame("primary", new RgbImage(upright.Width, upright.Height, lying)) with { Rotation = ImageRotation.Half };
        Assert.Equal(await Chunk(TinyObservation.Frame("primary", upright)), await Chunk(turned));
    }

    /// <summary>One camera of two may be out: the network then runs without its tokens.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task InferAsync_OneCameraOut_AnswersFromTheOther(int left)
    {
        var both = TinyObservation.Create();
        var chunk = await _policy.Infer(both with { Frames = [both.Frames[left]] });
        Assert.Equal(16 * 7, chunk.Actions.Length);
        Assert.All(chunk.Actions.ToArray(), a => Assert.True(float.IsFinite(a)));
        Assert.NotEqual(await _policy.InferBits(both), TinyPolicy.Bits(chunk));
    }

    private Task<int[]> Chunk(CameraFrame primary) =>
        _policy.InferBits(TinyObservation.Create(1, primary, TinyObservation.Frame("wrist", TinyObservation.Picture(2))));
}
