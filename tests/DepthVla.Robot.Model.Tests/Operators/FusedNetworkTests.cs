using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Network;
using DepthVla.Robot.Model.Operators;
using DepthVla.Robot.Model.Tests.Network;
using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Tests.Operators;

/// <summary>A whole network that computes with the CUDA kernels' own text, run on this CPU, against the same with libtorch's operators.</summary>
public sealed class FusedNetworkTests : IDisposable
{
    private readonly TensorScope _scope = new();
    private readonly GradMode _grad = GradMode.Off();

    public void Dispose()
    {
        _grad.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void Sample_FusedOperators_AnswersAsWithLibtorchs()
    {
        var kernels = HostKernels.OrSkip(descending: false);
        using var eager = Build(new EagerOperators());
        using var fused = Build(new FusedOperators(kernels));
        var (input, noise) = (TinyNetwork.Input(1), TinyNetwork.Random(2, 1, TinyNetwork.Config.ActionHorizon, TinyNetwork.Config.ActionDim));
        var expected = eager.Sample(input, noise, wantDepth: true, new StageClock(TorchDevice.Cpu));
        fused.Sample(input, noise, wantDepth: true, new StageClock(TorchDevice.Cpu));            // what belongs to a size is made
        using (Torch.Tensors.Recording.Begin())
        {
            fused.Sample(input, noise, wantDepth: true, new StageClock(TorchDevice.Cpu));        // and nothing of the host's comes in later
        }

        var actual = fused.Sample(input, noise, wantDepth: true, new StageClock(TorchDevice.Cpu));
        Close(expected.Actions, actual.Actions);
        Close(expected.Metres!, actual.Metres!);
        Assert.Equal(HostKernels.Names.Except(["to_float8", "byte_planes"]).Order(), kernels.Launches.Keys.Order());
    }

    [Fact]
    public void Sample_AdaptiveNorms_AreLeftToLibtorch()
    {
        var config = TinyNetwork.Config with { ActionExpert = TinyNetwork.Config.ActionExpert! with { AdaptiveNorm = true } };
        using var eager = Build(new EagerOperators(), config);
        using var fused = Build(new FusedOperators(HostKernels.OrSkip(descending: true)), config);
        var (input, noise) = (TinyNetwork.Input(3), TinyNetwork.Random(4, 1, config.ActionHorizon, config.ActionDim));
        Close(eager.Sample(input, noise, false, new StageClock(TorchDevice.Cpu)).Actions, fused.Sample(input, noise, false, new StageClock(TorchDevice.Cpu)).Actions);
    }

    private static DepthVlaNetwork Build(IOperators operators, NetworkConfig? config = null) =>
        TinyNetwork.Build(config, ComputePrecision.BFloat16, weightScale: 4, operators);

    // Both round to bfloat16 some hundred times on the way.
    private static void Close(Tensor expected, Tensor actual)
    {
        var (e, a) = (expected.ToArray<float>(), actual.ToArray<float>());
        var norm = Math.Sqrt(e.Sum(v => (double)v * v));
        var apart = Math.Sqrt(e.Zip(a, (x, y) => Math.Pow(x - (double)y, 2)).Sum());
        Assert.True(apart < 0.01 * norm, $"apart by {apart}, of {norm}");
    }
}
