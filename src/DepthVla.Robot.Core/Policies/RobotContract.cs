using System.Collections.Immutable;
using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Joints;

namespace DepthVla.Robot.Core.Policies;

/// <summary>What a robot promises to send and expects back, agreed before the first observation.</summary>
public sealed record RobotContract
{
    /// <summary>The version this code speaks; a server refuses another.</summary>
    public const int CurrentProtocolVersion = 1;

    /// <summary>Names the robot; one session a robot.</summary>
    public required string RobotId { get; init; }

    /// <summary>The protocol version the robot speaks.</summary>
    public int ProtocolVersion { get; init; } = CurrentProtocolVersion;

    /// <summary>Its cameras, in the order of the policy.</summary>
    public required ImmutableArray<CameraSpec> Cameras { get; init; }

    /// <summary>Its joints with their limits, in the order of proprioception, and of actions that are joint positions.</summary>
    public required ImmutableArray<JointSpec> Joints { get; init; }

    /// <summary>Commands a second to the arm.</summary>
    public required double ControlRateHz { get; init; }

    /// <summary>Observations a second the robot intends to send.</summary>
    public required double ObservationRateHz { get; init; }

    /// <summary>Steps a second the robot expects in a chunk.</summary>
    public required double StepRateHz { get; init; }

    /// <summary>Every representation that the robot can carry out; a policy answers in one of them.</summary>
    public required ImmutableArray<ActionRepresentation> Actions { get; init; }

    /// <summary>The only model hash the robot accepts, or null for any.</summary>
    public string? PinnedModelHash { get; init; }

    /// <summary>The only normalisation hash the robot accepts, or null for any.</summary>
    public string? PinnedNormalizationHash { get; init; }

    /// <summary>The name of the server's model that shall answer, or null for the first that fits this contract.</summary>
    public string? Model { get; init; }
}
