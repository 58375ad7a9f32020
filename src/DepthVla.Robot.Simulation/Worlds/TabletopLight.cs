namespace DepthVla.Robot.Simulation.Worlds;

/// <summary>How the table is lit.</summary>
/// <param name="TiltX">Turn of the sun about the base frame's x, rad.</param>
/// <param name="TiltY">Turn of the sun about the base frame's y, rad.</param>
/// <param name="Brightness">Of the whole picture; 1 is the model's own.</param>
internal readonly record struct TabletopLight(double TiltX, double TiltY, double Brightness)
{
    private const double MaxTilt = 0.5, MinBrightness = 0.8, MaxBrightness = 1.15;

    public static TabletopLight Plain => new(0, 0, 1);

    public static TabletopLight Random(Random random) => new(random.Around(MaxTilt), random.Around(MaxTilt), random.Between(MinBrightness, MaxBrightness));
}
