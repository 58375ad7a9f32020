using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Tests.Network;

public sealed class DepthExpertTests : IDisposable
{
    private readonly TensorScope _scope = new();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Metres_OfLogDepth_IsItsExponentialWithinTheHeadsRange()
    {
        using var network = TinyNetwork.Build();
        var metres = network.Depth!.Metres(Tensor.From<float>([-100, -7, -1, 0, 2, 5, 100], [7])).ToArray<float>();
        foreach (var (expected, actual) in ((double[])[-7, -7, -1, 0, 2, 5, 5]).Zip(metres)) Assert.Equal(1, actual / Math.Exp(expected), 1e-6);
    }

    /// <summary>A head of one value a patch: the value stands all over its patch, row by row of patches.</summary>
    [Fact]
    public void LogDepth_OneValueAPatch_IsSpreadOverIt()
    {
        var tiny = TinyNetwork.Config;
        using var network = TinyNetwork.Build(tiny with { DepthHead = tiny.DepthHead! with { Pixels = 1 } });
        using var everyPixel = TinyNetwork.Build();
        var tokens = TinyNetwork.Random(5, 1, 2 * tiny.DepthTokens, 128);
        var log = network.Depth!.LogDepth(tokens);
        Assert.Equal([1, 2, 112, 112], log.Shape.ToArray());
        Assert.Equal(log.Shape.ToArray(), everyPixel.Depth!.LogDepth(tokens).Shape.ToArray());

        var values = log.ToArray<float>();
        float At(int camera, int y, int x) => values[(camera * 112 + y) * 112 + x];
        for (var camera = 0; camera < 2; camera++)
        {
            for (var y = 0; y < 112; y++) for (var x = 0; x < 112; x++) Assert.Equal(At(camera, y / 14 * 14, x / 14 * 14), At(camera, y, x));
        }

        Assert.Equal(2 * tiny.DepthTokens, values.Distinct().Count());                           // every patch has its own
        var third = network.Depth.LogDepth(tokens.Slice(1, 2, 3).Expand(1, tiny.DepthTokens, 128)).ToArray<float>()[0];
        Assert.Equal(third, At(0, 0, 2 * 14), 1e-6);                                             // the third token is the third of the top row
    }
}
