using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Model.Policies;
using DepthVla.Robot.Model.Tests.Checkpoints;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Tests.Policies;

/// <summary>The shipped checkpoint, loaded, and asked in one word.</summary>
internal sealed class TinyPolicy(bool maskDepth = false) : IDisposable
{
    private readonly DepthVlaPolicy _policy = DepthVlaPolicy.Load(ShippedCheckpoint.Folder, TorchDevice.Cpu, maskDepth);

    internal PolicyInfo Info => _policy.Info;

    internal async Task<ActionChunk> Infer(Observation observation) => await _policy.InferAsync(observation, TestContext.Current.CancellationToken);

    /// <summary>The bit patterns of its actions: −0 is not 0, and NaN would be itself.</summary>
    internal async Task<int[]> InferBits(Observation observation) => Bits(await Infer(observation));

    internal static int[] Bits(ActionChunk chunk) => Array.ConvertAll(chunk.Actions.ToArray(), BitConverter.SingleToInt32Bits);

    public void Dispose() => _policy.Dispose();
}
