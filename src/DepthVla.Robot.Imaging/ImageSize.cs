namespace DepthVla.Robot.Imaging;

/// <summary>Width and height of a picture, px.</summary>
public readonly record struct ImageSize(int Width, int Height)
{
    /// <summary>The longest side a picture may have, px. A size beyond it is refused before memory is taken for it.</summary>
    public const int MaxSide = 8192;

    /// <summary>Bytes of a packed RGB picture of this size.</summary>
    public int Bytes => checked(3 * Width * Height);

    /// <summary>True when both sides are from 1 to <see cref="MaxSide"/>.</summary>
    public bool IsAllowed => Width is > 0 and <= MaxSide && Height is > 0 and <= MaxSide;

    /// <summary>The size of the same picture lying on its side.</summary>
    public ImageSize Turned => new(Height, Width);

    /// <summary>Such as "640x480".</summary>
    public override string ToString() => $"{Width}x{Height}";
}
