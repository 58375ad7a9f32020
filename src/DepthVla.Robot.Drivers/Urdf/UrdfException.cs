namespace DepthVla.Robot.Drivers.Urdf;

/// <summary>A robot description that cannot be used; the message lists everything that is wrong with it.</summary>
public sealed class UrdfException(string message) : Exception(message);
