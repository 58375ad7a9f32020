namespace DepthVla.Robot.Core.Robots;

/// <summary>What the arm is doing, in one word.</summary>
public enum Mode
{
    /// <summary>Stands. Follows nothing until somebody arms it.</summary>
    Idle,

    /// <summary>Is moved by hand, or stands, while somebody reads where it is. Follows nothing until that ended and somebody arms it.</summary>
    Teaching,

    /// <summary>Stands, and follows the first plan that comes.</summary>
    Armed,

    /// <summary>Follows a plan.</summary>
    Tracking,

    /// <summary>Slows along a plan that runs out while no newer one came. Tracks again with the next.</summary>
    Degraded,

    /// <summary>Brakes and stands. After a plan that ran out it goes on with the next; on the operator's word it waits to be armed.</summary>
    Holding,

    /// <summary>Brakes and stands, whatever comes, until somebody arms it. A protective stop of ours, no emergency stop.</summary>
    Stopped,
}
