using DepthVla.Robot.Torch.Native;

namespace DepthVla.Robot.Torch.Tensors;

/// <summary>Switches gradient recording off on this thread until disposed. Inference runs inside one.</summary>
public sealed class GradMode : IDisposable
{
    private readonly byte _before = LibTorch.GradModeIsEnabled();

    private GradMode() => LibTorch.GradModeSetEnabled(0);

    /// <summary>Whether this thread records.</summary>
    internal static bool IsOn => LibTorch.GradModeIsEnabled() != 0;

    /// <summary>Switches recording off.</summary>
    public static GradMode Off() => new();

    /// <inheritdoc/>
    public void Dispose() => LibTorch.GradModeSetEnabled(_before);
}
