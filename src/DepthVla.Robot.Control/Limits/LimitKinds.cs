namespace DepthVla.Robot.Control.Limits;

/// <summary>Which limits kept a command from being what was asked for.</summary>
[Flags]
public enum LimitKinds
{
    /// <summary>None: the command is what was asked for.</summary>
    None = 0,

    /// <summary>The target lies outside a joint's range, or its motion would have carried the joint there.</summary>
    Position = 1,

    /// <summary>The target can only be reached in time beyond a joint's highest speed.</summary>
    Velocity = 2,

    /// <summary>The target can only be reached in time, or stopped at, beyond a joint's highest acceleration.</summary>
    Acceleration = 4,

    /// <summary>The tool point, or its way to a standstill, would have left the workspace.</summary>
    Workspace = 8,

    /// <summary>The target was NaN or infinite: rejected whole, the arm brakes.</summary>
    NotFinite = 16,

    /// <summary>A link, or its way to a standstill, would have entered a keep-out box.</summary>
    KeepOut = 32,

    /// <summary>Two links, or their way to a standstill, would have come too near to each other.</summary>
    SelfDistance = 64,

    /// <summary>The tool point, or its way to a standstill, would have been faster than it may.</summary>
    ToolSpeed = 128,
}
