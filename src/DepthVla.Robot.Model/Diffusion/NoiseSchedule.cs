namespace DepthVla.Robot.Model.Diffusion;

/// <summary>How much of the actions is left at each noise level: the squared cosine of Nichol and Dhariwal (arXiv 2102.09672), as Diffusion Policy uses it.</summary>
internal sealed class NoiseSchedule
{
    private const double Offset = 0.008, MostNoiseAStep = 0.999;
    private readonly double[] _signal;

    /// <param name="levels">Noise levels; level 0 has the least.</param>
    internal NoiseSchedule(int levels)
    {
        _signal = new double[levels];
        var product = 1.0;
        for (var i = 0; i < levels; i++)
        {
            product *= 1 - Math.Min(1 - Cosine(i + 1, levels) / Cosine(i, levels), MostNoiseAStep);
            _signal[i] = product;
        }
    }

    /// <summary>How many there are.</summary>
    internal int Levels => _signal.Length;

    /// <summary>ᾱ: the variance that the actions have in x = √ᾱ·a + √(1 − ᾱ)·ε. Below level 0 there is no noise.</summary>
    internal double Signal(int level) => level < 0 ? 1 : _signal[level];

    /// <summary>A level as the network is told of it: 0 … 1.</summary>
    internal double Time(int level) => (level + 1.0) / Levels;

    /// <summary>The level of <see cref="Time"/>.</summary>
    internal int Level(double time) => (int)Math.Round(time * Levels) - 1;

    /// <summary>The time of a training draw, each level as often, from a uniform number in [0, 1).</summary>
    internal double Draw(double uniform) => Time((int)(uniform * Levels));

    private static double Cosine(int level, int levels)
    {
        var cosine = Math.Cos(((double)level / levels + Offset) / (1 + Offset) * Math.PI / 2);
        return cosine * cosine;
    }
}
