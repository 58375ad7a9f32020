using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Drivers.ArmService;

/// <summary>Where an arm service is, and how its arm is to be driven.</summary>
public sealed record ArmServiceOptions
{
    /// <summary>Such as "http://127.0.0.1:50061" or "unix:/run/arm.sock".</summary>
    public required string Address { get; init; }

    /// <summary>Makes of the description that the service gives the one that the arm is driven by: the place for narrower limits. The default changes nothing.</summary>
    public Func<RobotDescription, RobotDescription> Describe { get; init; } = description => description;

    /// <summary>How long the service may go without a command before it brakes the arm. The default is 100 ms; from 20 ms to 5 s.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long no new state may come before the service counts as lost. The default is 100 ms; from 20 ms to 5 s.</summary>
    public TimeSpan StateTimeout { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long each step of the start may take. The default is 5 s; from 0.1 s to 1 min.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Everything that cannot be used; empty when nothing is wrong.</summary>
    internal IEnumerable<string> Problems()
    {
        if (CommandTimeout.TotalSeconds is < 0.02 or > 5) yield return $"command timeout is {CommandTimeout.TotalSeconds} s; expected 0.02 to 5 s";
        if (StateTimeout.TotalSeconds is < 0.02 or > 5) yield return $"state timeout is {StateTimeout.TotalSeconds} s; expected 0.02 to 5 s";
        if (StartTimeout.TotalSeconds is < 0.1 or > 60) yield return $"start timeout is {StartTimeout.TotalSeconds} s; expected 0.1 to 60 s";
    }
}
