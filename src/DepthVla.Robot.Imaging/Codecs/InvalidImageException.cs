namespace DepthVla.Robot.Imaging.Codecs;

/// <summary>Bytes that are not the picture they should be: another format, broken, cut short, too large or of another size.</summary>
public sealed class InvalidImageException(string message) : Exception(message);
