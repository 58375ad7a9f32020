using DepthVla.Robot.Benchmarks.Model;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Model.Configuration;

namespace DepthVla.Robot.Tools.Tests.Benchmarks;

/// <summary>The floors' arithmetic against numbers worked out by hand: the paper's sizes, two cameras, 48 text tokens, 50 steps.</summary>
public sealed class StageFloorTests
{
    private static readonly NetworkConfig Paper = Presets.Load("depthvla-3b").Network with { ActionHorizon = 50 };

    [Theory]
    [InlineData(Stage.Vision, 0.440)]
    [InlineData(Stage.Prefill, 2.266)]
    [InlineData(Stage.Depth, 0.682)]
    [InlineData(Stage.Denoise, 0.398)]
    public void Flops_OfThePapersSizes_AreThoseByHand(Stage stage, double tera) => Assert.Equal(tera, StageFlops.Of(Paper, stage, 2, 48) / 1e12, 0.001);

    [Theory]
    [InlineData(Stage.Vision, 0.83)]
    [InlineData(Stage.Prefill, 3.96)]
    [InlineData(Stage.Depth, 1.23)]
    [InlineData(Stage.Denoise, 6.50)]
    public void Bytes_OfThePapersSizes_AreThoseByHand(Stage stage, double giga) => Assert.Equal(giga, StageBytes.Of(Paper, stage, 2, 48, elementBytes: 2) / 1e9, 0.01);

    [Fact]
    public void Both_WithoutDepthExpert_LeaveItsStageOut()
    {
        var pi0 = Paper with { DepthImageSize = 0, DepthEncoder = null, DepthDecoder = null, DepthHead = null };
        Assert.Equal((0.0, 0.0), (StageFlops.Of(pi0, Stage.Depth, 2, 48), StageBytes.Of(pi0, Stage.Depth, 2, 48, elementBytes: 2)));
    }
}
