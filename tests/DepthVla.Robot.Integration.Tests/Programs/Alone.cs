namespace DepthVla.Robot.Integration.Tests.Programs;

/// <summary>For classes that want every core themselves, or count on what a machine does that is not busy: nothing runs beside them.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
