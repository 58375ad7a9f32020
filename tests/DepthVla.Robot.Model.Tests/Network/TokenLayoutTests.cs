using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Network;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Tests.Network;

/// <summary>Positions by hand: two cameras of 1 VLM token and 4 depth tokens each, 3 of text; VLM from 3, depth from 10, state and 2 actions.</summary>
public sealed class TokenLayoutTests : IDisposable
{
    private static readonly NetworkConfig Config = TinyNetwork.Config with
    {
        ImageSize = 14, DepthImageSize = 28, ActionHorizon = 2, Positions = new PositionsConfig { VlmStart = 3, DepthStart = 10 },
    };

    private readonly TensorScope _scope = new();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void TokenLayout_NothingMasked_CountsEachStreamFromItsStart()
    {
        var layout = new TokenLayout(Config, Input(1));
        Assert.False(layout.HasPadding);
        Assert.Equal([3, 4, 5, 6, 7], layout.VlmPositions[0]);
        Assert.Equal([10, 11, 12, 13, 14, 15, 16, 17], layout.DepthPositions[0]);
        Assert.Equal([8, 9, 10], layout.SuffixPositions[0]);
    }

    /// <summary>Row 0 lacks its second camera and a word, row 1 its first camera.</summary>
    [Fact]
    public void TokenLayout_Masked_PaddingDoesNotAdvanceACounter()
    {
        var layout = new TokenLayout(Config, Input(2) with { CameraMask = [[true, false], [false, true]], TokenMask = [[true, true, false], [true, true, true]] });
        Assert.True(layout.HasPadding);
        Assert.Equal([3, 3, 4, 5, 5], layout.VlmPositions[0]);
        Assert.Equal([2, 3, 4, 5, 6], layout.VlmPositions[1]);
        Assert.Equal([10, 11, 12, 13, 13, 13, 13, 13], layout.DepthPositions[0]);
        Assert.Equal([9, 9, 9, 9, 10, 11, 12, 13], layout.DepthPositions[1]);
        Assert.Equal([6, 7, 8], layout.SuffixPositions[0]);
        Assert.Equal([7, 8, 9], layout.SuffixPositions[1]);
    }

    [Fact]
    public void TokenLayout_PerCamera_DepthStartsAgainAtEachCamera() => Assert.Equal(
        [10, 11, 12, 13, 10, 11, 12, 13], new TokenLayout(Config with { Attention = new AttentionConfig { CrossCamera = false } }, Input(1)).DepthPositions[0]);

    [Fact]
    public void TokenLayout_AdaptiveNorm_HasNoStateToken()
    {
        var layout = new TokenLayout(Config with { ActionExpert = Config.ActionExpert! with { AdaptiveNorm = true } }, Input(1));
        Assert.Equal((false, 2), (layout.HasStateToken, layout.SuffixTokens));
        Assert.Equal([8, 9], layout.SuffixPositions[0]);
    }

    /// <summary>The longest prompt with every camera: the last action has the last position of the table, and none is spare.</summary>
    [Fact]
    public void MaxPositions_LongestInput_HoldsItsLastAction()
    {
        var config = TinyNetwork.Config with { Positions = new PositionsConfig { VlmStart = 2 } };
        var images = Tensor.Full(0, [1, config.ImageKeys.Length, 3, 1, 1], DType.Float32);
        var layout = new TokenLayout(config, new NetworkInput(images, null, Tensor.Full(0, [1, config.MaxTokenLen], DType.Int64), images));
        Assert.Equal(TokenLayout.MaxPositions(config) - 1, layout.SuffixPositions[0][^1]);
    }

    private static NetworkInput Input(int batch)
    {
        var images = Tensor.Full(0, [batch, 2, 3, 14, 14], DType.Float32);
        return new(images, images, Tensor.Full(0, [batch, 3], DType.Int64), Tensor.Full(0, [batch, 8], DType.Float32));
    }
}
