namespace DepthVla.Robot.Core.Policies;

/// <summary>The policy can answer nothing any more, but a new process could: its device is out of memory, or gone.</summary>
/// <remarks>The message tells the cause, and is for robots' engineers, too.</remarks>
public sealed class PolicyLostException(string message, Exception innerException) : Exception(message, innerException);
