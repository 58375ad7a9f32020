using DepthVla.Robot.Imaging;

namespace DepthVla.Robot.Model.DepthTeacher;

/// <summary>Makes metres of a relative model's numbers: 1/depth = scale · value + shift.</summary>
/// <param name="Scale">1/m a unit.</param>
/// <param name="Shift">1/m.</param>
public readonly record struct InverseDepthAlignment(double Scale, double Shift)
{
    /// <summary>m; NaN where the inverse is not above 0, which is beyond infinity.</summary>
    public double Metres(double value) => Scale * value + Shift is var inverse and > 0 ? 1 / inverse : double.NaN;

    /// <summary>The least squares of inverse depth over the pixels whose depth is known.</summary>
    /// <exception cref="ArgumentException">The map is metric already, the sizes differ, or what is known is too little or all at one value.</exception>
    public static InverseDepthAlignment Fit(DepthMap relative, DepthImage known)
    {
        ArgumentNullException.ThrowIfNull(relative);
        ArgumentNullException.ThrowIfNull(known);
        if (relative.IsMetric) throw new ArgumentException("The map is metric and needs no alignment.", nameof(relative));
        if (relative.Size != known.Size) throw new ArgumentException($"The map is {relative.Size}, the known depth {known.Size}.", nameof(known));

        var (count, meanX, meanY, xx, xy) = (0, 0.0, 0.0, 0.0, 0.0);
        for (var i = 0; i < relative.Values.Length; i++)
        {
            if (known.Millimetres[i] == 0) continue;
            var (x, y) = (relative.Values[i], 1000.0 / known.Millimetres[i]);
            count++;
            var awayX = x - meanX;
            meanX += awayX / count;
            meanY += (y - meanY) / count;
            xx += awayX * (x - meanX);
            xy += awayX * (y - meanY);
        }

        if (!(xx > 0)) throw new ArgumentException($"{count} pixels with known depth do not tell scale from shift.", nameof(known));
        return new(xy / xx, meanY - xy / xx * meanX);
    }
}
