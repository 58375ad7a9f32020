namespace DepthVla.Robot.Simulation.Worlds;

/// <summary>Uniform draws.</summary>
internal static class RandomDraws
{
    public static double Between(this Random random, double min, double max) => min + ((max - min) * random.NextDouble());

    /// <summary>From -<paramref name="most"/> to <paramref name="most"/>.</summary>
    public static double Around(this Random random, double most) => random.Between(-most, most);

    public static bool Chance(this Random random, double probability) => random.NextDouble() < probability;
}
