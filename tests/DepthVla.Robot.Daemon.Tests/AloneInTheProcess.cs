namespace DepthVla.Robot.Daemon.Tests;

/// <summary>For tests that count what the whole process holds: nothing else of this assembly runs meanwhile.</summary>
[CollectionDefinition(nameof(AloneInTheProcess), DisableParallelization = true)]
public sealed class AloneInTheProcess;
