namespace DepthVla.Robot.Model.Randomness;

/// <summary>N(0, 1) numbers from a seed: the flow's noise. The same seed gives the same numbers.</summary>
internal static class GaussianNoise
{
    /// <summary>Box and Muller's transform of uniform pairs.</summary>
    internal static float[] Draw(ulong seed, int count)
    {
        var noise = new float[count];
        for (var i = 0; i < count; i += 2)
        {
            var (a, b, c, d) = Philox.Bits(seed, stream: 0, (ulong)i / 2);
            var radius = Math.Sqrt(-2 * Math.Log(Uniform(a, b)));
            var (sin, cos) = Math.SinCos(2 * Math.PI * Uniform(c, d));
            noise[i] = (float)(radius * cos);
            if (i + 1 < count) noise[i + 1] = (float)(radius * sin);
        }

        return noise;
    }

    // 53 bits, in (0, 1): never 0, whose logarithm is infinite.
    private static double Uniform(uint high, uint low) => ((((ulong)high << 32 | low) >> 11) + 0.5) * (1.0 / (1UL << 53));
}
