namespace DepthVla.Robot.Imaging.Tests;

public sealed class PixelNormalizationTests
{
    [Fact]
    public void Apply_SigLip_MapsBytesToMinusOneToOneInPlanes()
    {
        var planes = new float[6];
        PixelNormalization.SigLip.Apply([0, 255, 51, 255, 0, 204], planes);
        Assert.Equal([-1, 1, 1, -1, -0.6f, 0.6f], planes);
    }

    [Fact]
    public void Apply_DinoV2_SubtractsImageNetsMean()
    {
        var planes = new float[3];
        PixelNormalization.DinoV2.Apply([0, 255, 0], planes);
        Assert.Equal([(float)(-0.485 / 0.229), (float)((1 - 0.456) / 0.224), (float)(-0.406 / 0.225)], planes);
    }

    [Fact]
    public void Apply_WrongLength_NamesBoth()
    {
        var error = Assert.Throws<ArgumentException>(() => PixelNormalization.SigLip.Apply(new byte[12], new float[13]));
        Assert.Contains("12 values, but there is room for 13", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_AnyPicture_AllocatesNothing()
    {
        var (pixels, planes) = (new byte[192], new float[192]);
        Assert.Equal(0, Allocations.InSteadyState(() => PixelNormalization.SigLip.Apply(pixels, planes)));
    }
}
