namespace DepthVla.Robot.Imaging.Resampling;

/// <summary>How a new pixel is mixed from old ones.</summary>
public enum ResampleFilter
{
    /// <summary>Triangle: weight falls linearly to zero one pixel away.</summary>
    Bilinear,

    /// <summary>Keys' cubic with a = -0.5, two pixels to either side. (PyTorch's and OpenCV's bicubic have a = -0.75.)</summary>
    Bicubic,
}

/// <summary>The filters as functions of the distance, px.</summary>
internal static class FilterKernel
{
    /// <summary>The distance beyond which weights are zero.</summary>
    public static double Support(ResampleFilter filter) => filter == ResampleFilter.Bilinear ? 1 : 2;

    /// <summary>The weight at a signed distance, before normalising.</summary>
    public static double Weight(ResampleFilter filter, double distance)
    {
        const double A = -0.5;
        var x = Math.Abs(distance);
        if (filter == ResampleFilter.Bilinear) return Math.Max(0, 1 - x);
        return x switch
        {
            < 1 => ((A + 2) * x - (A + 3)) * x * x + 1,
            < 2 => (((x - 5) * x + 8) * x - 4) * A,
            _ => 0,
        };
    }
}
