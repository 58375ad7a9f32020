using System.Collections.Immutable;

namespace DepthVla.Robot.Drivers.UniversalRobots;

/// <summary>An arm that cannot be driven as things are; nothing moved. The message lists everything that is in the way.</summary>
public sealed class UniversalRobotsException : Exception
{
    /// <summary>Tells what is in the way of the arm at <paramref name="host"/>.</summary>
    public UniversalRobotsException(string host, ImmutableArray<string> problems) : base($"arm at {host}: {string.Join("; ", problems)}") =>
        Problems = problems;

    /// <summary>What is in the way, each in a sentence.</summary>
    public ImmutableArray<string> Problems { get; }
}
