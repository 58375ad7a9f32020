namespace DepthVla.Robot.Server.Sessions;

/// <summary>How many observations one robot may send that no chunk answers: a multiple of what it was promised, and some at once. Thread-safe.</summary>
/// <remarks>
/// Newest wins, so that a robot that sends too often disturbs no answer; but each of its observations is read, checked and answered as superseded, which costs others the time of the
/// processor. One that a chunk answers is given back: who waits for its answers may ask as often as it gets them.
/// </remarks>
internal sealed class ObservationAllowance
{
    /// <summary>Observations for each that was promised.</summary>
    internal const double Factor = 4;

    // More than can be on their way.
    internal const int AtOnce = 2 * RobotSession.Credits;

    private readonly Lock _changing = new();
    private double _left = AtOnce;
    private long _atNs;

    /// <summary>Takes one; false when none is left.</summary>
    /// <param name="nowNs">On the server's clock; never goes back.</param>
    /// <param name="promisedHz">What the robot was promised.</param>
    public bool TryTake(long nowNs, double promisedHz)
    {
        lock (_changing)
        {
            _left = Math.Min(AtOnce, _left + (Factor * promisedHz * (nowNs - _atNs) * 1e-9));
            _atNs = nowNs;
            if (_left < 1) return false;
            _left--;
            return true;
        }
    }

    /// <summary>Gives one back.</summary>
    public void GiveBack()
    {
        lock (_changing) _left = Math.Min(AtOnce, _left + 1);
    }
}
