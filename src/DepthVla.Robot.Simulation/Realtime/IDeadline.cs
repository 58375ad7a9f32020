namespace DepthVla.Robot.Simulation.Realtime;

/// <summary>Waits on the clock that a simulation lives by; a test gives one that jumps.</summary>
public interface IDeadline
{
    /// <summary>Returns at <paramref name="timeNs"/> of the robot's monotonic clock, or at once where that has passed.</summary>
    void WaitUntil(long timeNs);
}
