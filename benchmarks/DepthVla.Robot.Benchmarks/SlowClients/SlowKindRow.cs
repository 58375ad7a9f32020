namespace DepthVla.Robot.Benchmarks.SlowClients;

/// <summary>How long the server put up with a kind of slow client at most, s.</summary>
internal sealed record SlowKindRow(string Name, int Connections, double LongestSeconds);
