namespace DepthVla.Robot.Learning.Evaluation.Results;

/// <summary>Successes in attempts, and between which rates the true one lies 95 times in 100: Wilson's score interval.</summary>
/// <param name="Successes">How many.</param>
/// <param name="Attempts">Of how many.</param>
public readonly record struct Proportion(int Successes, int Attempts)
{
    // The normal distribution's 97.5th percentile.
    private const double Z = 1.959963984540054;

    /// <summary>Successes an attempt; 0 of none.</summary>
    public double Rate => Attempts == 0 ? 0 : (double)Successes / Attempts;

    /// <summary>The lower end; 0 for no attempts.</summary>
    public double Low => Attempts == 0 ? 0 : Math.Clamp(Centre - Spread, 0, Rate);

    /// <summary>The upper end; 1 for no attempts.</summary>
    public double High => Attempts == 0 ? 1 : Math.Clamp(Centre + Spread, Rate, 1);

    private double Shrink => 1 + (Z * Z / Attempts);

    private double Centre => (Rate + (Z * Z / (2 * Attempts))) / Shrink;

    private double Spread => Z / Shrink * Math.Sqrt((Rate * (1 - Rate) / Attempts) + (Z * Z / (4.0 * Attempts * Attempts)));
}
