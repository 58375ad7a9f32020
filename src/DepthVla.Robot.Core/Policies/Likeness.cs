using System.Numerics;

namespace DepthVla.Robot.Core.Policies;

/// <summary>How like two chunks are.</summary>
public static class Likeness
{
    /// <summary>The cosine of the angle between two chunks, all numbers as they are: 1 where both point the same way; NaN, which nothing accepts, where one is nothing at all or has another length.</summary>
    public static double Cosine<T>(ReadOnlySpan<T> one, ReadOnlySpan<T> other)
        where T : IFloatingPointIeee754<T>
    {
        if (one.Length != other.Length) return double.NaN;
        double product = 0, first = 0, second = 0;
        for (var i = 0; i < one.Length; i++)
        {
            var (x, y) = (double.CreateChecked(one[i]), double.CreateChecked(other[i]));
            (product, first, second) = (product + x * y, first + x * x, second + y * y);
        }

        return product / Math.Sqrt(first * second);
    }
}
