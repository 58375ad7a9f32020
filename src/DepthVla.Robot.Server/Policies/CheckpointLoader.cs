using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Model.Checkpoints;
using DepthVla.Robot.Model.Policies;
using DepthVla.Robot.Server.Options;
using DepthVla.Robot.Torch.Native;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Server.Policies;

/// <summary>Loads checkpoints as the options say.</summary>
internal sealed class CheckpointLoader(ServerOptions options) : IPolicyLoader
{
    public Task<IPolicy> LoadAsync(string checkpoint, CancellationToken cancellationToken)
    {
        if (CpuCores.Parse(options.Cores) is { } cores) CpuCores.Pin(cores);                     // on the thread that will infer, or one that must not disturb it; libtorch's threads inherit it
        LibTorchLocation.UseThreads(options.Threads > 0 ? options.Threads : Math.Max(1, Environment.ProcessorCount / 2));
        var choices = new PolicyChoices { Engine = options.Engine, Products = options.Products, Continuation = options.Continuation, FlowSteps = options.FlowSteps > 0 ? options.FlowSteps : null, DepthEvery = options.DepthEvery };
        var policy = DepthVlaPolicy.Load(checkpoint, TorchDevice.Parse(options.Device), choices);
        if (!policy.Info.ReadsTrueDepth) return Task.FromResult<IPolicy>(policy);
        policy.Dispose();
        throw new CheckpointException(checkpoint,
            ["policy.depth_input: expected color, for no robot can tell true depth, got true_depth; try it in the simulator: depthvla evaluate"]);
    }

    public string? Fault(string checkpoint, IPolicy policy) => GoldenFile.Fault(checkpoint, policy, isAsRecorded: options is { FlowSteps: 0, Products: ProductPrecision.Stored });
}
