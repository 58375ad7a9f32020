namespace DepthVla.Robot.Drivers.ArmService;

/// <summary>An arm service that cannot drive its arm, or no more; the message says which, why, and what to do.</summary>
public sealed class ArmServiceException : Exception
{
    /// <summary>Tells what is wrong with the service at <paramref name="address"/>.</summary>
    public ArmServiceException(string address, string message) : base($"arm service at {address}: {message}") { }

    /// <summary>The same, with what revealed it.</summary>
    public ArmServiceException(string address, string message, Exception innerException) : base($"arm service at {address}: {message}", innerException) { }
}
