namespace DepthVla.Robot.Control.Modes;

/// <summary>What became of the last request to arm.</summary>
public enum ArmOutcome
{
    /// <summary>There was none, or it was not heeded yet.</summary>
    None,

    /// <summary>The arm follows plans from observations made after it.</summary>
    Armed,

    /// <summary>Refused: the arm still moves.</summary>
    Moving,

    /// <summary>Refused: the arm's state is not current.</summary>
    StateNotCurrent,

    /// <summary>Refused: the arm is not where it was told to be. It was pushed, or lost its power: start anew, from where it is.</summary>
    NotWhereTold,

    /// <summary>Refused: the arm is being taught. End that first.</summary>
    Teaching,

    /// <summary>Refused: the arm was moved by hand to where no command may put it. Teach it again, and move it inside.</summary>
    OutsideLimits,

    /// <summary>Refused: a stop or a hold was asked for in the same moment.</summary>
    Overruled,
}

/// <summary>Where a person leaves a wish and the control thread finds it in its next turn. Any thread; no lock.</summary>
public sealed class OperatorRequests
{
    private int _asked;
    private int _outcome;

    /// <summary>What became of the last request to arm.</summary>
    public ArmOutcome Outcome => (ArmOutcome)Volatile.Read(ref _outcome);

    /// <summary>Brake, stand, and stay so until armed: something is wrong.</summary>
    public void Stop() => Ask(Requests.Stop);

    /// <summary>Brake, stand, and wait to be armed: nothing is wrong.</summary>
    public void Hold() => Ask(Requests.Hold);

    /// <summary>Follow plans, from the next observation on. Nothing but this ends a hold that does not end by itself. <see cref="Outcome"/> tells what came of it, within a period.</summary>
    public void Arm()
    {
        Volatile.Write(ref _outcome, (int)ArmOutcome.None);
        Ask(Requests.Arm);
    }

    /// <summary>Takes back a request to arm that no turn has heeded, so that none does later.</summary>
    /// <returns>False where there is none: <see cref="Outcome"/> tells what came of it.</returns>
    public bool TryWithdrawArm() => ((Requests)Interlocked.And(ref _asked, ~(int)Requests.Arm)).HasFlag(Requests.Arm);

    /// <summary>Follow nothing, and let people read where the arm is. Heeded where it stands, may follow no plan and its state is current; otherwise forgotten.</summary>
    /// <param name="byHand">Whether they may move it: it is let go, and is <see cref="Core.Robots.FreeDrive.Limp"/> where its driver says so.</param>
    public void Teach(bool byHand) => Ask(byHand ? Requests.TeachByHand : Requests.Teach);

    /// <summary>Takes back a request to teach that no turn has heeded, so that none does later.</summary>
    public void WithdrawTeach() => Interlocked.And(ref _asked, ~(int)(Requests.Teach | Requests.TeachByHand));

    /// <summary>Hold the arm where it is, and follow nothing until it is armed.</summary>
    public void EndTeaching() => Ask(Requests.EndTeaching);

    /// <summary>What was asked since the last turn. The control thread alone; real-time safe.</summary>
    internal Requests Take() => (Requests)Interlocked.Exchange(ref _asked, 0);

    /// <summary>Says what came of the request to arm. The control thread alone; real-time safe.</summary>
    internal void Answer(ArmOutcome outcome) => Volatile.Write(ref _outcome, (int)outcome);

    private void Ask(Requests what) => Interlocked.Or(ref _asked, (int)what);

    [Flags]
    internal enum Requests
    {
        None = 0,
        Stop = 1,
        Hold = 2,
        Arm = 4,
        Teach = 8,
        TeachByHand = 16,
        EndTeaching = 32,
    }
}
