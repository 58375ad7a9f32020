using DepthVla.Robot.Core.Policies;

namespace DepthVla.Robot.Server.Sessions;

/// <summary>Whether what was agreed on with one policy holds for another. Pure.</summary>
internal static class PolicyFit
{
    /// <summary>Whether a client that was told of one policy can go on with the other and not notice: same questions, and answers that mean the same.</summary>
    public static bool IsAlike(PolicyInfo one, PolicyInfo other) =>
        one.Cameras.SequenceEqual(other.Cameras) && one.Joints.SequenceEqual(other.Joints)
        && (one.Horizon, one.StepRateHz, one.Actions, one.Dims, one.ExecuteSteps, one.Continues, one.HasDepth)
        == (other.Horizon, other.StepRateHz, other.Actions, other.Dims, other.ExecuteSteps, other.Continues, other.HasDepth);
}
