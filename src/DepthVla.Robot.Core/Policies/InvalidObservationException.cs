namespace DepthVla.Robot.Core.Policies;

/// <summary>An observation that no policy can answer: a broken frame, a wrong shape, a state that is not a number.</summary>
/// <remarks>The message is for the robot's engineer: field, what was expected, what came, what to do.</remarks>
public sealed class InvalidObservationException : Exception
{
    /// <summary>Names the field and tells what is wrong with it.</summary>
    public InvalidObservationException(string field, string message)
        : base($"{field}: {message}") => Field = field;

    /// <summary>The same, with the exception that revealed it.</summary>
    public InvalidObservationException(string field, string message, Exception innerException)
        : base($"{field}: {message}", innerException) => Field = field;

    /// <summary>The field at fault, such as "frames[primary]".</summary>
    public string Field { get; }
}
