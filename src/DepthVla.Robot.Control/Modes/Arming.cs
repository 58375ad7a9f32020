using System.Collections.Immutable;
using DepthVla.Robot.Core.Joints;
using static DepthVla.Robot.Control.Modes.OperatorRequests;

namespace DepthVla.Robot.Control.Modes;

/// <summary>Whether the arm may follow plans at all, and why not. What is latched here stays until somebody arms the arm. The control thread alone; real-time safe.</summary>
/// <param name="joints">The arm's.</param>
/// <param name="armed">Whether it may from the start.</param>
internal sealed class Arming(ImmutableArray<JointSpec> joints, bool armed)
{
    // What an arm at rest may be off by under its own weight. Fingers do not count: what they hold keeps them from where they were told to be.
    private const double MaxOffRadians = 0.1, MaxOffMetres = 0.02;

    /// <summary>Why it may not, or <see cref="HoldReason.None"/>.</summary>
    public HoldReason Latched { get; private set; } = armed ? HoldReason.None : HoldReason.NotArmed;

    /// <summary>It may not, from now on. A graver reason than this stays.</summary>
    public void Latch(HoldReason reason) => Latched = reason > Latched ? reason : Latched;

    /// <summary>Heeds what the operator asked. A stop in the same breath as an arming is a stop.</summary>
    /// <param name="requests">Where it was left.</param>
    /// <param name="current">Whether the arm's state is current.</param>
    /// <param name="atRest">Whether the last command was where the one before was.</param>
    /// <param name="measured">Where the arm is, rad or m.</param>
    /// <param name="commanded">Where it was told to be, rad or m.</param>
    /// <returns>True when it was armed just now: plans from before are to be forgotten.</returns>
    public bool Heed(OperatorRequests requests, bool current, bool atRest, in JointVector measured, in JointVector commanded)
    {
        var asked = requests.Take();
        if (asked == Requests.None) return false;
        if (asked.HasFlag(Requests.Stop)) Latch(HoldReason.OperatorStop);
        else if (asked.HasFlag(Requests.Hold)) Latch(HoldReason.OperatorHold);
        if (!asked.HasFlag(Requests.Arm)) return false;
        if (asked != Requests.Arm)
        {
            requests.Answer(ArmOutcome.Overruled);
            return false;
        }

        var outcome = Latched == HoldReason.None ? ArmOutcome.Armed
            : !current ? ArmOutcome.StateNotCurrent
            : !atRest ? ArmOutcome.Moving
            : IsWhereTold(in measured, in commanded) ? ArmOutcome.Armed : ArmOutcome.NotWhereTold;
        var freed = outcome == ArmOutcome.Armed && Latched != HoldReason.None;
        if (freed) Latched = HoldReason.None;
        requests.Answer(outcome);
        return freed;
    }

    private bool IsWhereTold(in JointVector measured, in JointVector commanded)
    {
        for (var i = 0; i < joints.Length; i++)
        {
            if (joints[i].IsGripper) continue;
            var most = joints[i].Unit == JointUnit.Radian ? MaxOffRadians : MaxOffMetres;
            if (!(Math.Abs(measured[i] - commanded[i]) <= most)) return false; // nor is NaN
        }

        return true;
    }
}
