using DepthVla.Robot.Control.Plans;

namespace DepthVla.Robot.Control.Continuing;

/// <summary>How many steps of a chunk the plan before has carried out when the chunk takes over: the most of the last ten. One writer, any readers, no lock.</summary>
/// <remarks>Counted in steps that were executed, not in milliseconds that were estimated. The first chunk of a session is not counted: who answers it may still be waking up.</remarks>
public sealed class AnswerDelay
{
    private const int Remembered = 10;

    private readonly int[] _steps = new int[Remembered];
    private int _count = -1;    // the first is not counted
    private int _most = -1;

    /// <summary>The delay, steps, 1 or more: a chunk that comes early takes over at its first step, where the plan before has led. Null until there was an answer that counts. Any thread.</summary>
    public int? Steps => Volatile.Read(ref _most) is >= 0 and var most ? most : null;

    /// <summary>A plan takes over. The network thread alone.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="nowNs">When, robot clock.</param>
    public void Note(ActionPlan plan, long nowNs)
    {
        if (_count++ < 0) return;
        _steps[(_count - 1) % Remembered] = plan.StepAt(Math.Max(nowNs, plan.FirstStepTimeNs)) + 1;
        Volatile.Write(ref _most, _steps.Take(Math.Min(_count, Remembered)).Max());
    }

    /// <summary>Another session begins: who answers may be another, too. The network thread alone.</summary>
    public void Forget()
    {
        _count = -1;
        Volatile.Write(ref _most, -1);
    }
}
