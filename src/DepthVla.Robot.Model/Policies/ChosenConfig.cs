using DepthVla.Robot.Model.Checkpoints;
using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Torch.Cuda;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Policies;

/// <summary>A checkpoint's config with what was chosen for it.</summary>
internal static class ChosenConfig
{
    /// <exception cref="CheckpointException">Something cannot be chosen; everything that cannot is listed.</exception>
    internal static CheckpointConfig Of(Checkpoint checkpoint, TorchDevice device, PolicyChoices choices)
    {
        var network = checkpoint.Config.Network;
        string[] faults = [.. new[] { FlowSteps(choices, network), DepthEvery(choices, network), Engine(choices, device), Products(choices, device) }.OfType<string>()];
        if (faults.Length > 0) throw new CheckpointException(checkpoint.Folder, faults);
        var attention = choices.MaskDepth ? network.Attention with { StateSeesDepth = false, ActionSeesDepth = false } : network.Attention;
        return checkpoint.Config with { Network = network with { Attention = attention, NumSteps = choices.FlowSteps ?? network.NumSteps } };
    }

    private static string? FlowSteps(PolicyChoices choices, NetworkConfig network)
    {
        var most = network.UNet?.NoiseLevels ?? int.MaxValue;
        return choices.FlowSteps is { } steps && (steps < 1 || steps > most) ? $"flow steps: expected 1 to {most}, got {steps}" : null;
    }

    private static string? DepthEvery(PolicyChoices choices, NetworkConfig network) => choices.DepthEvery switch
    {
        1 => null,
        < 1 and var n => $"depth every: expected 1 or more, got {n}",
        var n when !network.HasDepth => $"depth every: expected 1 where there is no depth expert, got {n}",
        var n when !network.Attention.BlockMask => $"depth every: expected 1 where depth sees the pictures and words of every observation (attention.block_mask is false), got {n}",
        _ => null,
    };

    private static string? Engine(PolicyChoices choices, TorchDevice device) => choices.EngineOn(device) == InferenceEngine.Graph && !device.IsCuda
        ? $"engine: graph records CUDA graphs, but the device is {device}; take eager, or device cuda" : null;

    private static string? Products(PolicyChoices choices, TorchDevice device) =>
        choices.Products == ProductPrecision.Float8 && device.IsCuda && CudaDevice.Capability(device) is < 89 and var known
            ? $"products: float8 needs compute capability 8.9 (RTX 4090, L40, H100 and newer), but {device} has {known / 10}.{known % 10}; take stored" : null;
}
