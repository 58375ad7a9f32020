namespace DepthVla.Robot.Imaging.Resampling;

/// <summary>Resizes (bilinear) to fit, keeping the aspect, and centres the picture on black: what openpi's client does.</summary>
/// <param name="Target">The size to fill.</param>
public sealed record ResizeWithPad(ImageSize Target) : ImageResize(Target)
{
    /// <summary>The largest size of the source's aspect within <see cref="ImageResize.Target"/>, each side rounded down, but at least 1 px.</summary>
    public ImageSize Fit(ImageSize source)
    {
        // In double and in this order: it decides which side of a whole number the quotient falls on.
        var ratio = Math.Max((double)source.Width / Target.Width, (double)source.Height / Target.Height);
        return new(Math.Max(1, (int)(source.Width / ratio)), Math.Max(1, (int)(source.Height / ratio)));
    }

    /// <summary>Where the top left corner of a picture of size <paramref name="fitted"/> goes.</summary>
    public (int Left, int Top) Corner(ImageSize fitted) => ((Target.Width - fitted.Width) / 2, (Target.Height - fitted.Height) / 2);

    /// <inheritdoc/>
    public override DepthImage Apply(DepthImage depth)
    {
        ArgumentNullException.ThrowIfNull(depth);
        var fitted = Fit(depth.Size);
        var (left, top) = Corner(fitted);
        var near = depth.Nearest(fitted).Millimetres;
        var padded = new ushort[Target.Width * Target.Height];
        for (var y = 0; y < fitted.Height; y++) near.Slice(y * fitted.Width, fitted.Width).CopyTo(padded.AsSpan((top + y) * Target.Width + left));
        return new(Target, padded);
    }

    private protected override void Fill(RgbImage source, RgbImage destination)
    {
        var fitted = Fit(source.Size);
        var (left, top) = Corner(fitted);
        if (fitted != Target) destination.Writable.Clear();
        Resampler.Resize(source, fitted, ResampleFilter.Bilinear, destination.Writable[(top * destination.Stride + 3 * left)..], destination.Stride);
    }
}
