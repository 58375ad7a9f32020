namespace DepthVla.Robot.Core.Robots;

/// <summary>What an arm does when it is let go for people to move it by hand.</summary>
public enum FreeDrive
{
    /// <summary>It cannot be let go: its driver has no such mode.</summary>
    None,

    /// <summary>It carries its own weight, and stays where it is left.</summary>
    Carried,

    /// <summary>Its motors are off: it falls unless somebody holds it.</summary>
    Limp,
}
