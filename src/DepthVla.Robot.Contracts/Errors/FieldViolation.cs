namespace DepthVla.Robot.Contracts.Errors;

/// <summary>One field that cannot be used as it came.</summary>
/// <param name="Field">Its path in the message, such as "joints[2].unit".</param>
/// <param name="Description">What was expected, what came and, where known, what to do.</param>
public sealed record FieldViolation(string Field, string Description)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Field}: {Description}";
}
