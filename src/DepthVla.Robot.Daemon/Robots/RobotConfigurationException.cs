using System.Collections.Immutable;

namespace DepthVla.Robot.Daemon.Robots;

/// <summary>The options do not fit the arm that was found; nothing moved.</summary>
/// <param name="problems">Everything that is wrong.</param>
/// <param name="cause">What revealed it.</param>
internal sealed class RobotConfigurationException(ImmutableArray<string> problems, Exception? cause = null)
    : Exception($"The configuration does not fit the arm: {string.Join("; ", problems)}", cause);
