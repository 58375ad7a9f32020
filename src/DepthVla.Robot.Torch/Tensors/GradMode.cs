using DepthVla.Robot.Torch.Native;

namespace DepthVla.Robot.Torch.Tensors;

/// <summary>Switches gradient recording off, or on again, on this thread until disposed. Inference runs inside one that is off.</summary>
public sealed class GradMode : IDisposable
{
    private readonly byte _before = LibTorch.GradModeIsEnabled();

    private GradMode(bool on) => LibTorch.GradModeSetEnabled(on ? (byte)1 : (byte)0);

    /// <summary>Whether this thread records.</summary>
    public static bool IsOn => LibTorch.GradModeIsEnabled() != 0;

    /// <summary>Switches recording off.</summary>
    public static GradMode Off() => new(on: false);

    /// <summary>Switches recording on.</summary>
    public static GradMode On() => new(on: true);

    /// <inheritdoc/>
    public void Dispose() => LibTorch.GradModeSetEnabled(_before);
}
