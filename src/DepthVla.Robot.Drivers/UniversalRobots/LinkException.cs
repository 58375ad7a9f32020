namespace DepthVla.Robot.Drivers.UniversalRobots;

/// <summary>A connection to the controller is of no use any more; the message is a cause for people.</summary>
internal sealed class LinkException : Exception
{
    public LinkException(string message) : base(message) { }

    public LinkException(string message, Exception innerException) : base(message, innerException) { }
}
