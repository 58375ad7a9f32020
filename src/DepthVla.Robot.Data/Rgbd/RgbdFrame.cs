using DepthVla.Robot.Imaging;

namespace DepthVla.Robot.Data.Rgbd;

/// <summary>A picture and its depth, pixel over pixel. Immutable.</summary>
/// <param name="Number">The number in the files' names.</param>
/// <param name="Picture">What was seen.</param>
/// <param name="Depth">mm, of the picture's size.</param>
public sealed record RgbdFrame(int Number, RgbImage Picture, DepthImage Depth);
