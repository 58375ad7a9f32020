namespace DepthVla.Robot.Learning.Samples;

/// <summary>Everything random about one training sample: a pure function of seed, step and row, so that a run that is resumed goes on as if it had not stopped.</summary>
internal sealed class SampleDraw(int seed, long step, int row)
{
    private readonly Random _random = new(unchecked((int)Mix((ulong)(uint)seed, (ulong)step, (ulong)(uint)row)));

    internal int Index(int count) => _random.Next(count);

    /// <summary>In (0, 1).</summary>
    internal double Uniform() => Math.Max(_random.NextDouble(), 1e-12);

    internal bool Chance(double share) => share > 0 && _random.NextDouble() < share;

    internal double Gaussian() => Math.Sqrt(-2 * Math.Log(Uniform())) * Math.Cos(2 * Math.PI * _random.NextDouble());

    internal void Gaussian(Span<float> values)
    {
        foreach (ref var value in values) value = (float)Gaussian();
    }

    // SplitMix64's finaliser over the three.
    private static ulong Mix(ulong a, ulong b, ulong c)
    {
        var x = a * 0x9E3779B97F4A7C15 + b * 0xBF58476D1CE4E5B9 + c * 0x94D049BB133111EB + 0x2545F4914F6CDD1D;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return (x ^ (x >> 31)) >> 33;
    }
}
