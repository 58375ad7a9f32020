namespace DepthVla.Robot.Core.Robots;

/// <summary>What a command asks of an arm.</summary>
public enum CommandKind
{
    /// <summary>Be at its positions one control period from now.</summary>
    Follow,

    /// <summary>Let people move you by hand. Its positions are where you measured; they are not gone to. For arms whose <see cref="IRobot.FreeDrive"/> is not none.</summary>
    Free,

    /// <summary>Hold wherever you are. Its positions are not gone to.</summary>
    Stay,
}
