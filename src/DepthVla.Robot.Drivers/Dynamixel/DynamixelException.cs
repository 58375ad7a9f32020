using System.Collections.Immutable;

namespace DepthVla.Robot.Drivers.Dynamixel;

/// <summary>An arm that cannot be used, or no more; <see cref="Problems"/> has everything that was found.</summary>
public sealed class DynamixelException : Exception
{
    /// <summary>Tells <paramref name="problems"/> of the arm at <paramref name="port"/>.</summary>
    public DynamixelException(string port, params ImmutableArray<string> problems)
        : base(problems.Length == 1
            ? $"arm at {port}: {problems[0]}"
            : $"arm at {port}, {problems.Length} problems:{string.Concat(problems.Select(p => $"\n  {p}"))}") =>
        Problems = problems;

    /// <summary>Each names the motor or option, what is wrong, and where possible what to do.</summary>
    public ImmutableArray<string> Problems { get; }
}
