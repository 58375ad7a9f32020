using System.Collections.Immutable;

namespace DepthVla.Robot.Contracts.Errors;

/// <summary>A message that parses as protobuf and still means nothing: an enum left out, a number out of range, lists that do not match.</summary>
/// <param name="subject">What was being read, such as "observation".</param>
/// <param name="violations">Every field at fault, at least one.</param>
public sealed class MalformedMessageException(string subject, ImmutableArray<FieldViolation> violations)
    : Exception($"The {subject} cannot be used: {string.Join("; ", violations)}.")
{
    /// <summary>Every field at fault, at least one.</summary>
    public ImmutableArray<FieldViolation> Violations { get; } = violations;
}
