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
    }
}
