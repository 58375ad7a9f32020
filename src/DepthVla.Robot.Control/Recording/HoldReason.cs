namespace DepthVla.Robot.Control.Recording;

/// <summary>Why the arm brakes to a standstill and stays there, instead of following a plan.</summary>
public enum HoldReason
{
    /// <summary>It does not: it follows a plan.</summary>
    None,

    /// <summary>No plan has begun yet. Ends by itself.</summary>
    NoPlan,

    /// <summary>The plan's last step may no longer be commanded. Ends by itself with the next plan.</summary>
    PlanExpired,

    /// <summary>The arm's state stopped being current, or claims to be from the future. Stays until the loop is started anew.</summary>
    StateStale,

    /// <summary>The loop was asked to stop, and ends once the arm stands.</summary>
    Stopping,
}
