using DepthVla.Robot.Learning.Losses;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Learning.Tests.Losses;

/// <summary>L_si = √(mean y² − ½·(mean y)² + 1e-8), y = log predicted − log true, against numbers worked out by hand.</summary>
public sealed class ScaleInvariantDepthTests
{
    private static readonly double E = Math.E;

    [Fact]
    public void Loss_OfHandNumbers_IsTheClosedForm()
    {
        // y = 1, 3: mean square 5, mean 2: √(5 − ½·4). y = 2, 2, a common scale, of which half is forgiven: √(4 − ½·4).
        Assert.Equal(Math.Sqrt(3), Loss(2, [1, 3], [1, 1]), 1e-6);
        Assert.Equal(Math.Sqrt(2), Loss(2, [2, 2], [1, 1]), 1e-6);
        Assert.Equal(Math.Sqrt(2), Loss(2, [0, 0], [1 / (E * E), 1 / (E * E)]), 1e-6);
        Assert.Equal(1e-4, Loss(2, [Math.Log(0.5), Math.Log(2)], [0.5, 2]), 1e-5);               // exact: the root's floor is left
    }

    [Fact]
    public void Loss_OfSeveralImages_IsTheMeanOfThoseWithAKnownPixel()
    {
        Assert.Equal((Math.Sqrt(3) + Math.Sqrt(2)) / 2, Loss(2, [1, 3, 2, 2], [1, 1, 1, 1]), 1e-6);
        Assert.Equal((Math.Sqrt(3) + Math.Sqrt(2)) / 2, Loss(2, [1, 3, 9, 9, 2, 2], [1, 1, 0, double.NaN, 1, 1]), 1e-6);
        Assert.Equal(Math.Sqrt(0.5), Loss(2, [9, 1], [0, 1]), 1e-6);                             // one pixel of two: y = 1
        Assert.Equal(0, Loss(2, [9, 9], [0, 0]), 1e-12);
    }

    [Fact]
    public void Loss_OfAnImageWithoutKnownPixels_HasAFiniteGradientOfZero()
    {
        using var scope = new TensorScope();
        var leaf = Tensor.From<float>([9, 9, 1, 3], [2, 1, 1, 2]).ToLeaf();
        ScaleInvariantDepth.Loss(leaf, DepthTargets.Of([0, 0, 1, 1], 2, DType.Float32, TorchDevice.Cpu)).Backward([leaf]);
        var gradient = leaf.Gradient()!.ToArray<float>();
        Assert.Equal([0f, 0f], gradient[..2]);

        // d/dy_i √(mean y² − ½·(mean y)²) = (y_i − ½·mean y)/(n·L)
        Assert.Equal((1 - 1) / (2 * Math.Sqrt(3)), gradient[2], 1e-6);
        Assert.Equal((3 - 1) / (2 * Math.Sqrt(3)), gradient[3], 1e-6);
    }

    [Theory]
    [InlineData(0.001, true)]
    [InlineData(20, true)]
    [InlineData(0.000999, false)]
    [InlineData(20.001, false)]
    [InlineData(0, false)]
    [InlineData(-1, false)]
    [InlineData(double.NaN, false)]
    [InlineData(double.PositiveInfinity, false)]
    public void Targets_AtTheEndsOfTheRange_CountOrNot(double metres, bool counts)
    {
        using var scope = new TensorScope();
        var targets = DepthTargets.Of([(float)metres, 1], 1, DType.Float32, TorchDevice.Cpu);
        Assert.Equal([counts ? 1f : 0f, 1f], targets.Valid.ToArray<float>());
        Assert.Equal(counts ? 2f : 1f, targets.PixelCounts.ToArray<float>()[0]);
        Assert.Equal(counts ? Math.Log(metres) : 0, targets.LogDepth.ToArray<float>()[0], 1e-5);
    }

    [Fact]
    public void Scores_OfHandNumbers_AreThoseOfTheirDefinition()
    {
        using var scope = new TensorScope();
        DepthScores Of(double[] predicted, float[] metres, int images) => DepthScores.Of(
            Tensor.From<float>([.. predicted.Select(p => (float)Math.Log(p))], [images, 1, 1, metres.Length / images]), DepthTargets.Of(metres, images, DType.Float32, TorchDevice.Cpu));

        Assert.Equal((0.25, 0.5), Rounded(Of([3, 2], [2, 2], 1)));
        Assert.Equal((0.25, 0.0), Rounded(Of([1.26, 3.04], [1, 4], 1)));                         // 26 % too far; 24 % too near, but 4/3.04 is above 1.25
        Assert.Equal((0.5, 0.0), Rounded(Of([3, 7, 7, 7], [2, 0, float.NaN, 30], 2)));           // unknown pixels and images do not count
        Assert.Equal((0.3, 0.5), Rounded(Of([1.2, 1.4], [1, 1], 2)));
        Assert.True(double.IsNaN(Of([1, 1], [0, 0], 1).Delta));

        static (double, double) Rounded(DepthScores scores) => (Math.Round(scores.AbsoluteRelativeError, 6), Math.Round(scores.Delta, 6));
    }

    private static double Loss(int pixels, double[] logDepth, double[] metres)
    {
        using var scope = new TensorScope();
        var images = metres.Length / pixels;
        var targets = DepthTargets.Of([.. metres.Select(m => (float)m)], images, DType.Float64, TorchDevice.Cpu);
        return ScaleInvariantDepth.Loss(Tensor.From<double>(logDepth, [images, 1, 1, pixels]), targets).ToArray<double>()[0];
    }
}
