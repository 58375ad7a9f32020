using DepthVla.Robot.Imaging;
using DepthVla.Robot.Learning.Samples;

namespace DepthVla.Robot.Learning.Tests.Samples;

public sealed class PixelTableTests
{
    private const int Side = 6;

    [Fact]
    public void Apply_WithoutAugmentation_IsTheNormalisationThatServes()
    {
        var pixels = new byte[3 * Side * Side];
        new Random(1).NextBytes(pixels);
        var (served, trained) = (new float[pixels.Length], new float[pixels.Length]);
        PixelNormalization.SigLip.Apply(pixels, served);
        new PixelTable([0.5, 0.5, 0.5], [0.5, 0.5, 0.5], [1, 1, 1], 0).Apply(pixels, Side, 0, 0, trained);
        for (var i = 0; i < served.Length; i++) Assert.Equal(served[i], trained[i], 1e-6);

        PixelNormalization.DinoV2.Apply(pixels, served);
        new PixelTable([0.485, 0.456, 0.406], [0.229, 0.224, 0.225], [1, 1, 1], 0).Apply(pixels, Side, 0, 0, trained);
        for (var i = 0; i < served.Length; i++) Assert.Equal(served[i], trained[i], 1e-5);
    }

    [Fact]
    public void Apply_Moved_TakesTheSameFromBesideAndRepeatsTheEdge()
    {
        var pixels = Enumerable.Range(0, 3 * Side * Side).Select(i => (byte)i).ToArray();
        var (still, moved) = (new float[pixels.Length], new float[pixels.Length]);
        var table = new PixelTable([0, 0, 0], [1, 1, 1], [1, 1, 1], 0);
        table.Apply(pixels, Side, 0, 0, still);
        table.Apply(pixels, Side, 2, 1, moved);
        Assert.Equal(still[2 * Side + 1], moved[3 * Side + 3]);
        Assert.Equal(still[0], moved[0]);
    }
}
