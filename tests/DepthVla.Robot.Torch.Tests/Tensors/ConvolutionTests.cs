using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Torch.Tests.Tensors;

/// <summary>Convolutions of every number of channels against the same in float64, on whatever processor this is: libtorch's own are wrong on some.</summary>
public sealed class ConvolutionTests
{
    private readonly Random _random = new(1);

    [Theory]
    [InlineData(DType.Float32, 1e-4)]
    [InlineData(DType.BFloat16, 0.15)]
    public void Convolution_ChannelsOfEveryKind_IsThatOfDoubles(DType type, double tolerance)
    {
        using var grad = GradMode.Off();
        foreach (var (inputs, outputs, kernel) in from i in (int[])[3, 12, 16, 24, 40] from o in (int[])[1, 12, 16, 24, 48, 1152] from k in (int[])[1, 3, 14] where k == 14 ? i == 3 : o <= 48 select (i, o, k))
        {
            using var scope = new TensorScope();
            var (x, weight, bias) = (Numbers(2, inputs, 56, 42).To(type), Numbers(outputs, inputs, kernel, kernel).To(type), Numbers(outputs).To(type));
            Tensor Convolve(DType by) => kernel == 14 ? x.To(by).PatchConvolution(weight.To(by), bias.To(by)) : x.To(by).Convolution(weight.To(by), bias.To(by), 1, kernel / 2);
            var (expected, actual) = (Convolve(DType.Float64), Convolve(type).To(DType.Float64));
            Assert.Equal(expected.Shape.ToArray(), actual.Shape.ToArray());
            var worst = Apart(expected.ToArray<double>(), actual.ToArray<double>());
            Assert.True(worst <= tolerance, $"{inputs} to {outputs} channels, kernel {kernel}: {worst} off");
        }
    }

    [Theory]
    [InlineData(DType.Float32, 1e-4)]
    [InlineData(DType.BFloat16, 0.15)]
    public void StepConvolutionAndPatchDeconvolution_ChannelsOfEveryKind_AreThoseOfDoubles(DType type, double tolerance)
    {
        using var grad = GradMode.Off();
        foreach (var (inputs, outputs, kernel) in from i in (int[])[3, 7, 16, 24, 40] from o in (int[])[1, 7, 16, 24, 48] from k in (int[])[1, 3, 5] select (i, o, k))
        {
            using var scope = new TensorScope();
            var (line, filter, picture, patch, bias) = (Numbers(2, inputs, 16).To(type), Numbers(outputs, inputs, kernel).To(type), Numbers(1, inputs, 24, 18).To(type), Numbers(inputs, outputs, kernel, kernel).To(type), Numbers(outputs).To(type));
            double Worst(Func<DType, Tensor> by) => Apart(by(DType.Float64).ToArray<double>(), by(type).To(DType.Float64).ToArray<double>());
            var (step, deconvolution) = (Worst(t => line.To(t).StepConvolution(filter.To(t), bias.To(t))), Worst(t => picture.To(t).PatchDeconvolution(patch.To(t), bias.To(t))));
            Assert.True(step <= tolerance && deconvolution <= tolerance, $"{inputs} to {outputs} channels, kernel {kernel}: {step} and {deconvolution} off");
        }
    }

    [Theory]
    [InlineData(DType.Float32, 1e-3)]
    [InlineData(DType.BFloat16, 0.02)]
    public void Gradient_OfPatches_IsThatOfDoubles(DType type, double tolerance)
    {
        foreach (var (outputs, patch) in ((long, long)[])[(16, 14), (32, 14), (128, 14), (128, 7), (1152, 14)])
        {
            using var scope = new TensorScope();
            var (x, weight, bias) = (Numbers(8, 3, 56, 56), Numbers(outputs, 3, patch, patch), Numbers(outputs));
            double[] Gradient(DType by)
            {
                var leaf = weight.To(by).To(by == type ? DType.Float32 : by).ToLeaf();
                var y = x.To(by).PatchConvolution(leaf.To(by), bias.To(by)).To(by == type ? DType.Float32 : by);
                (y * y).Mean().Backward([leaf]);
                return leaf.Gradient()!.To(DType.Float64).ToArray<double>();
            }

            var (expected, actual) = (Gradient(DType.Float64), Gradient(type));
            var size = Math.Sqrt(expected.Average(g => g * g));
            var worst = Apart(expected, actual);
            Assert.True(worst <= tolerance * 5 * size, $"{outputs} channels, patches of {patch}: {worst} off, of {size}");
        }
    }

    private Tensor Numbers(params long[] shape) => Tensor.From<double>([.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(_ => _random.NextDouble() - 0.5)], shape);

    // The largest difference; NaN is as far as can be.
    private static double Apart(double[] expected, double[] actual) => expected.Zip(actual, (e, a) => double.IsNaN(a) ? double.PositiveInfinity : Math.Abs(e - a)).Max();
}
