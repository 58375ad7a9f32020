namespace DepthVla.Robot.Daemon.Operating;

/// <summary>How an arm is taught.</summary>
internal enum TeachWay
{
    /// <summary>Moved by hand, where it carries its own weight meanwhile.</summary>
    Free,

    /// <summary>Moved by hand, also where it falls unless somebody holds it.</summary>
    Limp,

    /// <summary>Read where it stands; nothing lets it go.</summary>
    Held,
}
