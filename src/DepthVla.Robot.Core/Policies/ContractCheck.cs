using System.Collections.Immutable;
using System.Globalization;

namespace DepthVla.Robot.Core.Policies;

/// <summary>One field in which a robot's contract and a policy differ.</summary>
/// <param name="Field">Which field of the contract.</param>
/// <param name="Expected">What the policy needs.</param>
/// <param name="Actual">What the robot offered.</param>
/// <param name="Remedy">What to change.</param>
public sealed record ContractDifference(string Field, string Expected, string Actual, string Remedy)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Field}: expected {Expected}, got {Actual}; {Remedy}";
}

/// <summary>Compares what a robot offers with what a policy needs. Pure; every difference is listed, not just the first.</summary>
public static class ContractCheck
{
    /// <summary>The differences, empty when robot and policy fit.</summary>
    public static ImmutableArray<ContractDifference> Differences(RobotContract robot, PolicyInfo policy)
    {
        var found = ImmutableArray.CreateBuilder<ContractDifference>();

        if (robot.ProtocolVersion != RobotContract.CurrentProtocolVersion)
        {
            found.Add(new("protocol_version", Text(RobotContract.CurrentProtocolVersion), Text(robot.ProtocolVersion),
                "install daemon and server of the same release"));
        }

        if (string.IsNullOrWhiteSpace(robot.RobotId)) found.Add(new("robot_id", "a name", "nothing", "give the robot a name of its own"));
        CompareCameras(robot, policy, found);
        CompareJoints(robot, policy, found);

        if (!SameRate(robot.StepRateHz, policy.StepRateHz))
        {
            found.Add(new("step_rate_hz", Text(policy.StepRateHz), Text(robot.StepRateHz), "set the robot's step rate to the policy's"));
        }

        CheckPositive("control_rate_hz", robot.ControlRateHz, found);
        CheckPositive("observation_rate_hz", robot.ObservationRateHz, found);
        CompareActions(robot, policy, found);

        CheckPin("pinned_model_hash", robot.PinnedModelHash, policy.ModelHash, found);
        CheckPin("pinned_normalization_hash", robot.PinnedNormalizationHash, policy.NormalizationHash, found);
        return found.ToImmutable();
    }

    private static void CompareCameras(RobotContract robot, PolicyInfo policy, ImmutableArray<ContractDifference>.Builder found)
    {
        if (robot.Cameras.Length != policy.Cameras.Length)
        {
            found.Add(new("cameras", $"{policy.Cameras.Length} ({string.Join(", ", policy.Cameras)})",
                $"{robot.Cameras.Length} ({string.Join(", ", robot.Cameras.Select(c => c.Name))})", "connect the cameras the policy was trained with"));
        }

        for (var i = 0; i < robot.Cameras.Length; i++)
        {
            var camera = robot.Cameras[i];
            if (i < policy.Cameras.Length && camera.Name != policy.Cameras[i])
            {
                found.Add(new($"cameras[{i}].name", policy.Cameras[i], camera.Name, "list the cameras in the policy's order"));
            }

            if (camera.Width is < 1 or > 8192) found.Add(new($"cameras[{i}].width", "1 to 8192", Text(camera.Width), "state the frame's size"));
            if (camera.Height is < 1 or > 8192) found.Add(new($"cameras[{i}].height", "1 to 8192", Text(camera.Height), "state the frame's size"));
        }
    }

    private static void CompareJoints(RobotContract robot, PolicyInfo policy, ImmutableArray<ContractDifference>.Builder found)
    {
        if (robot.Joints.Length != policy.Joints.Length)
        {
            found.Add(new("joints", $"{policy.Joints.Length} ({string.Join(", ", policy.Joints.Select(j => j.Name))})",
                $"{robot.Joints.Length} ({string.Join(", ", robot.Joints.Select(j => j.Name))})", "serve a policy trained on this arm"));
        }

        for (var i = 0; i < robot.Joints.Length; i++)
        {
            var joint = robot.Joints[i];
            if (i < policy.Joints.Length)
            {
                if (joint.Name != policy.Joints[i].Name)
                {
                    found.Add(new($"joints[{i}].name", policy.Joints[i].Name, joint.Name, "list the joints in the policy's order"));
                }

                if (joint.Unit != policy.Joints[i].Unit)
                {
                    found.Add(new($"joints[{i}].unit", policy.Joints[i].Unit.ToString(), joint.Unit.ToString(), "convert in the driver"));
                }
            }

            if (!(joint.MinPosition < joint.MaxPosition))
            {
                found.Add(new($"joints[{i}].limits", "min < max", $"{Text(joint.MinPosition)} … {Text(joint.MaxPosition)}", "state the joint's range"));
            }
        }
    }

    private static void CompareActions(RobotContract robot, PolicyInfo policy, ImmutableArray<ContractDifference>.Builder found)
    {
        if (!robot.Actions.Contains(policy.Actions))
        {
            var offered = robot.Actions.IsEmpty ? "nothing" : string.Join(", ", robot.Actions);
            found.Add(new("actions", policy.Actions.ToString(), offered, "serve a policy of a representation that the robot offers"));
        }
        else if (policy.Actions == ActionRepresentation.ToolPoseDelta)
        {
            var grippers = robot.Joints.Count(j => j.IsGripper);
            if (policy.Dims != policy.Actions.Dims(robot.Joints.Length, grippers))
            {
                found.Add(new("joints.is_gripper", $"{policy.Dims - ActionLayout.PoseNumbers} gripper(s)", Text(grippers),
                    "serve a policy trained on this arm"));
            }
        }
    }

    private static void CheckPin(string field, string? pinned, string actual, ImmutableArray<ContractDifference>.Builder found)
    {
        if (!string.IsNullOrEmpty(pinned) && pinned != actual)
        {
            found.Add(new(field, actual, pinned, "serve the pinned checkpoint, or change the pin on the robot"));
        }
    }

    private static void CheckPositive(string field, double value, ImmutableArray<ContractDifference>.Builder found)
    {
        if (!(value > 0) || !double.IsFinite(value)) found.Add(new(field, "more than 0", Text(value), "state the rate in Hz"));
    }

    private static bool SameRate(double a, double b) => Math.Abs(a - b) <= 1e-6 * Math.Abs(b);

    private static string Text(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}
