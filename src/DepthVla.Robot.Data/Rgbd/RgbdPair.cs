namespace DepthVla.Robot.Data.Rgbd;

/// <summary>A picture and its depth, by file.</summary>
/// <param name="Number">The number in both names.</param>
/// <param name="Picture">JPEG or PNG.</param>
/// <param name="Depth">16-bit grey PNG.</param>
public sealed record RgbdPair(int Number, string Picture, string Depth);
