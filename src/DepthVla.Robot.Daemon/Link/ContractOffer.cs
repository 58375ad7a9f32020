using DepthVla.Robot.Control.ToolPoses;
using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Daemon.Options;

namespace DepthVla.Robot.Daemon.Link;

/// <summary>What a robot offers to a policy.</summary>
internal static class ContractOffer
{
    /// <summary>As the options have it; rates of 0 are left to the policy.</summary>
    public static RobotContract Of(DaemonOptions options, RobotDescription arm, IEnumerable<CameraSpec> cameras) => new()
    {
        RobotId = options.RobotId,
        Model = options.Model.Length == 0 ? null : options.Model,
        Cameras = [.. cameras],
        Joints = arm.Joints,
        ControlRateHz = options.ControlRate,
        ObservationRateHz = options.ObservationRate,
        StepRateHz = options.StepRate,
        Actions = ToolPoseSolver.Fits(arm) ? [ActionRepresentation.JointPosition, ActionRepresentation.ToolPoseDelta] : [ActionRepresentation.JointPosition],
    };

    /// <summary>The same with a policy's own rates in the place of those that were left to it.</summary>
    public static RobotContract For(RobotContract offer, PolicyInfo policy) => offer with
    {
        StepRateHz = offer.StepRateHz == 0 ? policy.StepRateHz : offer.StepRateHz, ObservationRateHz = ObservationRate.Of(offer.ObservationRateHz, policy),
    };
}
