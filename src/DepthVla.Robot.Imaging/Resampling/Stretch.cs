namespace DepthVla.Robot.Imaging.Resampling;

/// <summary>Resizes (bicubic) straight to the target, whatever the aspect: what SigLIP's and PaliGemma's image processors do.</summary>
/// <param name="Target">The size to fill.</param>
public sealed record Stretch(ImageSize Target) : ImageResize(Target)
{
    /// <inheritdoc/>
    public override DepthImage Apply(DepthImage depth)
    {
        ArgumentNullException.ThrowIfNull(depth);
        return depth.Nearest(Target);
    }

    private protected override void Fill(RgbImage source, RgbImage destination) =>
        Resampler.Resize(source, Target, ResampleFilter.Bicubic, destination.Writable, destination.Stride);
}
