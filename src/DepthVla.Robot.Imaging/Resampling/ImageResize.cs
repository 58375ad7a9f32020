namespace DepthVla.Robot.Imaging.Resampling;

/// <summary>Brings pictures of any size to the one size that a model sees. Thread-safe.</summary>
/// <param name="Target">The size that it makes.</param>
public abstract record ImageResize(ImageSize Target)
{
    /// <summary>The resized <paramref name="source"/>.</summary>
    public RgbImage Apply(RgbImage source)
    {
        var destination = new RgbImage(Target);
        Apply(source, destination);
        return destination;
    }

    /// <summary>The same, overwriting <paramref name="destination"/>. Allocates nothing once it has seen the source's size.</summary>
    /// <exception cref="ArgumentException">The destination's size is not <see cref="Target"/>.</exception>
    public void Apply(RgbImage source, RgbImage destination)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(destination);
        destination.ThrowUnlessSized(Target, nameof(destination));
        Fill(source, destination);
    }

    /// <summary>Depth at the same place as the picture's pixels: each the nearest old one, and unknown where the picture has a bar.</summary>
    public abstract DepthImage Apply(DepthImage depth);

    private protected abstract void Fill(RgbImage source, RgbImage destination);
}
