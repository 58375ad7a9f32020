using DepthVla.Robot.Torch.Cuda;

namespace DepthVla.Robot.Model.Tests.Operators;

/// <summary>For what must be left to libtorch.</summary>
internal sealed class NoKernels : IKernels
{
    public void Launch(string name, long blocks, int threads, params ReadOnlySpan<KernelArgument> arguments) => Assert.Fail($"{name} was launched");
}
