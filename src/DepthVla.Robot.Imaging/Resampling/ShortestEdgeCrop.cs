using System.Buffers;

namespace DepthVla.Robot.Imaging.Resampling;

/// <summary>Resizes (bicubic) the shorter side to a length, keeping the aspect, and cuts out the middle: what DINOv2's image processor does.</summary>
public sealed record ShortestEdgeCrop : ImageResize
{
    /// <summary>Resizes to <paramref name="edge"/> px, then cuts out <paramref name="target"/>.</summary>
    /// <exception cref="ArgumentException">The cut is larger than the edge.</exception>
    public ShortestEdgeCrop(int edge, ImageSize target)
        : base(target)
    {
        if (edge < Math.Max(target.Width, target.Height)) throw new ArgumentException($"{target} cannot be cut from a shorter side of {edge} px.", nameof(edge));
        Edge = edge;
    }

    /// <summary>The length that the shorter side is resized to, px.</summary>
    public int Edge { get; }

    /// <inheritdoc/>
    public override DepthImage Apply(DepthImage depth)
    {
        ArgumentNullException.ThrowIfNull(depth);
        var whole = Whole(depth.Size);
        var (left, top) = Corner(whole);
        var near = depth.Nearest(whole).Millimetres;
        var cut = new ushort[Target.Width * Target.Height];
        for (var y = 0; y < Target.Height; y++) near.Slice((top + y) * whole.Width + left, Target.Width).CopyTo(cut.AsSpan(y * Target.Width));
        return new(Target, cut);
    }

    private protected override void Fill(RgbImage source, RgbImage destination)
    {
        var whole = Whole(source.Size);
        var (left, top) = Corner(whole);
        var resized = ArrayPool<byte>.Shared.Rent(whole.Bytes);
        try
        {
            Resampler.Resize(source, whole, ResampleFilter.Bicubic, resized, 3 * whole.Width);
            for (var y = 0; y < Target.Height; y++)
                resized.AsSpan(3 * ((top + y) * whole.Width + left), destination.Stride).CopyTo(destination.Writable[(y * destination.Stride)..]);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(resized);
        }
    }

    private ImageSize Whole(ImageSize source)
    {
        var longer = (int)Math.Min(int.MaxValue, (long)Edge * Math.Max(source.Width, source.Height) / Math.Min(source.Width, source.Height));
        var whole = source.Width < source.Height ? new ImageSize(Edge, longer) : new ImageSize(longer, Edge);
        return whole.IsAllowed ? whole : throw new ArgumentException($"{source} is too long: it would be resized to {whole}.", nameof(source));
    }

    private (int Left, int Top) Corner(ImageSize whole) => ((whole.Width - Target.Width) / 2, (whole.Height - Target.Height) / 2);
}
