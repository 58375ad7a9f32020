namespace DepthVla.Robot.Recording.Mcap;

/// <summary>A file that is no MCAP file, or one that this reader cannot read. The message says what was expected, what came and what to do.</summary>
public class McapException(string message) : Exception(message);
