namespace DepthVla.Robot.Core.Kinematics;

/// <summary>Solves A x = b for a symmetric positive definite A.</summary>
internal static class Cholesky
{
    /// <param name="a">n × n, row by row; its lower triangle is overwritten by L with A = L Lᵀ.</param>
    /// <param name="b">n values; overwritten by x.</param>
    public static void Solve(Span<double> a, Span<double> b)
    {
        var n = b.Length;
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var sum = a[(i * n) + j];
                for (var k = 0; k < j; k++) sum -= a[(i * n) + k] * a[(j * n) + k];
                a[(i * n) + j] = i == j ? Math.Sqrt(sum) : sum / a[(j * n) + j];
            }
        }

        for (var i = 0; i < n; i++)
        {
            for (var k = 0; k < i; k++) b[i] -= a[(i * n) + k] * b[k];
            b[i] /= a[(i * n) + i];
        }

        for (var i = n - 1; i >= 0; i--)
        {
            for (var k = i + 1; k < n; k++) b[i] -= a[(k * n) + i] * b[k];
            b[i] /= a[(i * n) + i];
        }
    }
}
