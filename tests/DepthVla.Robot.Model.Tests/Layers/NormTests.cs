using DepthVla.Robot.Model.Layers;
using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Tests.Layers;

/// <summary>The norms' formulas, on tokens so small that ε is half of what is divided by: a wrong one cannot hide in a tolerance.</summary>
public sealed class NormTests
{
    private const double Epsilon = 1e-6;
    private static readonly double[] Tokens = [1e-3, -2e-3, 0.5e-3, 0.3e-3];
    private static readonly double[] Weight = [0.31, -0.17, 0.05, 1.3];
    private static readonly double[] Bias = [0.2, 0, -0.4, 7];

    [Fact]
    public void LayerNorm_SmallTokens_IsTheFormula()
    {
        using var scope = new TensorScope();
        using var weights = new GivenWeights(("n.weight", Weight, [4]), ("n.bias", Bias, [4])).In(ComputePrecision.Float64);
        var actual = new LayerNorm(weights, "n", Epsilon).Forward(X()).ToArray<double>();
        var mean = Tokens.Average();
        var deviation = Math.Sqrt(Tokens.Average(v => (v - mean) * (v - mean)) + Epsilon);
        for (var i = 0; i < 4; i++) Assert.Equal((Tokens[i] - mean) / deviation * Weight[i] + Bias[i], actual[i], 1e-12);
    }

    [Fact]
    public void RmsNorm_SmallTokens_ScalesByOnePlusWeight()
    {
        using var scope = new TensorScope();
        using var weights = new GivenWeights(("n.weight", Weight, [4])).In(ComputePrecision.Float64);
        var (normed, gate) = IRmsNorm.Load(weights, "n", Epsilon, adaptive: false).Forward(X(), null);
        Assert.Null(gate);
        var actual = normed.ToArray<double>();
        for (var i = 0; i < 4; i++) Assert.Equal(Tokens[i] / Rms() * (1 + Weight[i]), actual[i], 1e-12);
    }

    [Fact]
    public void AdaptiveRmsNorm_SmallTokens_ScalesShiftsAndGatesByTheCondition()
    {
        using var scope = new TensorScope();
        double[] matrix = [.. Enumerable.Range(0, 12 * 4).Select(i => Math.Sin(i))];
        double[] bias = [.. Enumerable.Range(0, 12).Select(i => Math.Cos(i))];
        double[] condition = [0.3, -1, 0.7, 2];
        using var weights = new GivenWeights(("n.dense.weight", matrix, [12, 4]), ("n.dense.bias", bias, [12])).In(ComputePrecision.Float64);
        var (normed, gate) = IRmsNorm.Load(weights, "n", Epsilon, adaptive: true).Forward(X(), Tensor.From<double>(condition, [1, 4]));
        var (actual, gates) = (normed.ToArray<double>(), gate!.ToArray<double>());
        double Modulation(int row) => bias[row] + Enumerable.Range(0, 4).Sum(k => matrix[row * 4 + k] * condition[k]);
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(Tokens[i] / Rms() * (1 + Modulation(i)) + Modulation(4 + i), actual[i], 1e-12);
            Assert.Equal(Modulation(8 + i), gates[i], 1e-12);
        }
    }

    /// <summary>bfloat16 has no number between 1 and 1.0078: 1 + w must be made, and multiplied, in float32.</summary>
    [Fact]
    public void RmsNorm_BFloat16Tokens_IsFloat32RoundedOnce()
    {
        using var scope = new TensorScope();
        double[] small = [0.003, -0.002, 0.001, 0.0035];
        var source = new GivenWeights(("n.weight", small, [4]));
        using var served = source.In(ComputePrecision.BFloat16);
        using var exact = source.In(ComputePrecision.Float32);
        var x = Tensor.From<double>([.. Enumerable.Range(0, 400).Select(i => Math.Sin(i))], [1, 100, 4]).To(DType.BFloat16);
        var actual = IRmsNorm.Load(served, "n", Epsilon, adaptive: false).Forward(x, null).Normed;
        var expected = IRmsNorm.Load(exact, "n", Epsilon, adaptive: false).Forward(x.To(DType.Float32), null).Normed;
        Assert.Equal(DType.BFloat16, actual.DType);
        Assert.Equal(expected.To(DType.BFloat16).To(DType.Float32).ToArray<float>(), actual.To(DType.Float32).ToArray<float>());
    }

    private static Tensor X() => Tensor.From<double>(Tokens, [1, 1, 4]);

    private static double Rms() => Math.Sqrt(Tokens.Average(v => v * v) + Epsilon);
}
