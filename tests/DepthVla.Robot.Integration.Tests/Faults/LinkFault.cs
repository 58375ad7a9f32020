namespace DepthVla.Robot.Integration.Tests.Faults;

/// <summary>What a link does to what it carries. TCP brings everything in the end and in order: what a network loses comes later.</summary>
/// <param name="DelayMs">Each way, ms.</param>
/// <param name="JitterMs">At most so much more, ms.</param>
/// <param name="Loss">Share of segments that are lost and sent again after 0.2 s, 0.4 s, …; 1 lets nothing through.</param>
/// <param name="Way">Which way it does that.</param>
public sealed record LinkFault(double DelayMs = 0, double JitterMs = 0, double Loss = 0, Ways Way = Ways.Both)
{
    public static LinkFault None { get; } = new();

    private const double FirstRetryMs = 200, LastRetryMs = 3200;

    internal bool Stalls(Ways way) => Loss >= 1 && Way.HasFlag(way);

    /// <summary>How long a segment takes, ms.</summary>
    internal double Takes(Ways way, Random random)
    {
        if (!Way.HasFlag(way)) return 0;
        var ms = DelayMs + (JitterMs * random.NextDouble());
        for (var retry = FirstRetryMs; Loss < 1 && random.NextDouble() < Loss; retry = Math.Min(2 * retry, LastRetryMs)) ms += retry;
        return ms;
    }
}

/// <summary>The two ways of a link.</summary>
[Flags]
public enum Ways
{
    ToServer = 1,
    FromServer = 2,
    Both = ToServer | FromServer,
}
