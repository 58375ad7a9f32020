using DepthVla.Robot.Contracts.Events;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Server.Policies;

namespace DepthVla.Robot.Server.Scheduling;

/// <summary>Who waits for a chunk: a robot's session, or a tool.</summary>
internal interface IAsker
{
    /// <summary>Robots come first; a tool waits until no robot does.</summary>
    bool IsRobot { get; }

    /// <summary>Which model is asked.</summary>
    ServedModel Model { get; }

    /// <summary>Whether an answer of this policy is of use: what was asked was asked of one like it. Called by the inference thread.</summary>
    bool Fits(PolicyInfo policy);

    /// <summary>Takes the one answer to an observation. Called by the inference thread: returns at once, and never throws.</summary>
    void Answer(PendingObservation asked, SessionEvent answer);
}

/// <summary>A valid observation between its arrival and its answer.</summary>
/// <param name="Asker">Who waits.</param>
/// <param name="Observation">What was seen.</param>
/// <param name="ReceivedNs">When it arrived, on the server's clock.</param>
/// <param name="AgeNs">How old it was when it was sent, as the robot said.</param>
internal sealed record PendingObservation(IAsker Asker, Observation Observation, long ReceivedNs, long AgeNs)
{
    /// <summary>When its budget is spent, on the server's clock: what was left of it on arrival, from arrival. The robot's clock is never compared.</summary>
    public long DeadlineNs => ReceivedNs + Observation.BudgetNs - AgeNs;

    /// <summary>When it was read and checked, and began to wait; server's clock.</summary>
    public long QueuedNs { get; init; }

    /// <summary>Whether its depth is for those who watch the server alone: the robot did not ask for it, and is not sent it.</summary>
    public bool DepthForWatchers { get; init; }

    /// <summary>Before this its robot asks more often than it was promised, and others go first; server's clock.</summary>
    public long DueNs { get; init; }

    /// <summary>How long ago it was captured at <paramref name="nowNs"/>, without the way to the server.</summary>
    public long AgeAt(long nowNs) => AgeNs + nowNs - ReceivedNs;
}
