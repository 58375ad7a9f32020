namespace DepthVla.Robot.Simulation.Worlds;

/// <summary>Angles about the vertical.</summary>
internal static class Turns
{
    /// <summary>The smallest turn that looks the same as <paramref name="turn"/> on something that repeats every <paramref name="symmetry"/>; rad.</summary>
    public static double Nearest(double turn, double symmetry) => turn - (Math.Round(turn / symmetry) * symmetry);
}
