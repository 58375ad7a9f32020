using DepthVla.Robot.Core.Policies;

namespace DepthVla.Robot.Server.Sessions;

/// <summary>What rate a robot can be promised. Pure.</summary>
/// <remarks>A robot that gets fewer answers than twice in the life of a chunk would stand still now and then: rather than promise that, it is sent elsewhere.</remarks>
internal static class RatePromise
{
    /// <summary>Observations a second, or null when there is too little left. A robot alone may ask as often as it likes: it disturbs nobody, and its newest observation wins.</summary>
    /// <param name="askedHz">What its contract says.</param>
    /// <param name="capacityHz">What the server can answer in all.</param>
    /// <param name="promisedHz">What others were promised; null when there are no others.</param>
    /// <param name="policy">What is served.</param>
    public static double? Of(double askedHz, double capacityHz, double? promisedHz, PolicyInfo policy)
    {
        if (promisedHz is not { } others) return askedHz;
        var promise = Math.Min(askedHz, capacityHz - others);
        return promise >= Least(askedHz, policy) ? promise : null;
    }

    /// <summary>The least that is of use, observations a second.</summary>
    public static double Least(double askedHz, PolicyInfo policy) => Math.Min(askedHz, 2 * policy.StepRateHz / policy.Horizon);
}
