using System.Collections.Immutable;
using DepthVla.Robot.Core.Joints;
using static DepthVla.Robot.Control.Modes.OperatorRequests;

namespace DepthVla.Robot.Control.Modes;

/// <summary>Whether the arm may follow plans at all, and why not. What is latched here stays until somebody arms the arm, or, unless people asked for it, until the arm begins elsewhere. The control thread alone; real-time safe.</summary>
/// <param name="joints">The arm's.</param>
/// <param name="armed">Whether it may from the start.</param>
internal sealed class Arming(ImmutableArray<JointSpec> joints, bool armed)
{
    // What an arm at rest may be off by under its own weight. Fingers do not count: what they hold keeps them from where they were told to be.
    private const double MaxOffRadians = 0.1, MaxOffMetres = 0.02;

    private HoldReason _asked = armed ? HoldReason.None : HoldReason.NotArmed;   // by people
    private HoldReason _found;                                                   // about the arm or the loop
    private bool _isTaught;

    /// <summary>Why it may not, or <see cref="HoldReason.None"/>.</summary>
    public HoldReason Latched => _isTaught ? HoldReason.Teaching : Graver(_asked, _found);

    /// <summary>Whether people may move the arm by hand.</summary>
    public bool IsByHand { get; private set; }

    /// <summary>It may not, from now on. A graver reason than this stays; teaching ends.</summary>
    public void Latch(HoldReason reason)
    {
        EndTeaching();
        if (reason <= HoldReason.OperatorStop) _asked = Graver(_asked, reason);
        else _found = Graver(_found, reason);
    }

    /// <summary>The arm was put elsewhere, and another loop takes over: what was found wrong is over, what people asked is not. Between two loops.</summary>
    public void BeginElsewhere() => _found = HoldReason.None;

    /// <summary>Heeds what the operator asked. A stop in the same breath as an arming is a stop.</summary>
    /// <param name="requests">Where it was left.</param>
    /// <param name="current">Whether the arm's state is current.</param>
    /// <param name="atRest">Whether the last command was where the one before was.</param>
    /// <param name="measured">Where the arm is, rad or m.</param>
    /// <param name="commanded">Where it was told to be, rad or m.</param>
    /// <param name="mayMove">Whether it is where commands may lead on from.</param>
    /// <returns>True when it was armed just now: plans from before are to be forgotten.</returns>
    public bool Heed(OperatorRequests requests, bool current, bool atRest, in JointVector measured, in JointVector commanded, bool mayMove)
    {
        var asked = requests.Take();
        if (asked == Requests.None) return false;
        if (Has(asked, Requests.EndTeaching)) EndTeaching();
        if (Has(asked, Requests.Stop)) Latch(HoldReason.OperatorStop);
        else if (Has(asked, Requests.Hold)) Latch(HoldReason.OperatorHold);
        else if (asked is Requests.Teach or Requests.TeachByHand && current && atRest) BeginTeaching(byHand: asked == Requests.TeachByHand);
        if (!Has(asked, Requests.Arm)) return false;
        if (asked != Requests.Arm)
        {
            requests.Answer(ArmOutcome.Overruled);
            return false;
        }

        var outcome = Latched == HoldReason.None ? ArmOutcome.Armed
            : Latched == HoldReason.Teaching ? ArmOutcome.Teaching
            : !current ? ArmOutcome.StateNotCurrent
            : !atRest ? ArmOutcome.Moving
            : !mayMove ? ArmOutcome.OutsideLimits
            : IsWhereTold(in measured, in commanded) ? ArmOutcome.Armed : ArmOutcome.NotWhereTold;
        var freed = outcome == ArmOutcome.Armed && Latched != HoldReason.None;
        if (freed) (_asked, _found) = (HoldReason.None, HoldReason.None);
        requests.Answer(outcome);
        return freed;
    }

    // Enum.HasFlag allocates where code is not optimised.
    private static bool Has(Requests asked, Requests what) => (asked & what) != 0;

    // Only where nothing may command anyway. What kept it from moving before keeps it from moving after, too.
    private void BeginTeaching(bool byHand)
    {
        if (Latched is HoldReason.None or HoldReason.Teaching) return;
        (_isTaught, IsByHand) = (true, byHand);
    }

    private void EndTeaching() => (_isTaught, IsByHand) = (false, false);

    private static HoldReason Graver(HoldReason one, HoldReason other) => one > other ? one : other;

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
