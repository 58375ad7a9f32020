namespace DepthVla.Robot.Control.Pacing;

/// <summary>One turn of the control loop.</summary>
/// <param name="TimeNs">The point of the period grid that it serves, robot clock: evenly spaced, whatever the scheduler did.</param>
/// <param name="WokeNs">When it really began, robot clock.</param>
/// <param name="LateNs">How long after its deadline it began: what the scheduler cost.</param>
/// <param name="Skipped">How many periods were skipped since the turn before; more than 0 is an overrun.</param>
public readonly record struct PaceTick(long TimeNs, long WokeNs, long LateNs, long Skipped);

/// <summary>What the control loop waits for. Used by the control thread alone.</summary>
public interface IPace
{
    /// <summary>Control period, ns.</summary>
    long PeriodNs { get; }

    /// <summary>Waits until the next turn is due. Real-time safe: does not allocate.</summary>
    PaceTick WaitForNextPeriod();
}
