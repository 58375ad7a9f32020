namespace DepthVla.Robot.Control.Modes;

/// <summary>Why the arm brakes to a standstill and stays there, instead of following a plan. In the order of gravity: of two the graver counts.</summary>
public enum HoldReason
{
    /// <summary>It does not: it follows a plan.</summary>
    None,

    /// <summary>No plan has begun yet. Ends by itself.</summary>
    NoPlan,

    /// <summary>The plan's last step may no longer be commanded. Ends by itself with the next plan.</summary>
    PlanExpired,

    /// <summary>Something is nearer ahead of the gripper than the operator allows, as far as a predicted depth map tells. Ends by itself.</summary>
    ObstacleAhead,

    /// <summary>Nobody has armed it yet. Stays until it is armed.</summary>
    NotArmed,

    /// <summary>Somebody teaches it: reads where it is, and perhaps moves it by hand. Ends with that, or with anything graver; then what was before it stays until the arm is armed.</summary>
    Teaching,

    /// <summary>The operator asked it to wait. Stays until it is armed.</summary>
    OperatorHold,

    /// <summary>The operator stopped it. Stays until it is armed.</summary>
    OperatorStop,

    /// <summary>A joint worked harder than it may for longer than it may: something is in its way. Stays until it is armed.</summary>
    EffortExceeded,

    /// <summary>The loop itself did not run for longer than a state may be old: the arm went without commands, and may have stopped by itself. Stays until it is armed.</summary>
    Overslept,

    /// <summary>The arm's state stopped being current, or claims to be from the future. Stays until it is armed.</summary>
    StateStale,

    /// <summary>The loop was asked to stop, and ends once the arm stands.</summary>
    Stopping,
}
