using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using Wire = DepthVla.Policy.V1;

namespace DepthVla.Robot.Contracts.Mapping;

/// <summary>A robot's contract, to and from the wire.</summary>
public static class ContractMapping
{
    /// <summary>The contract as it is sent.</summary>
    public static Wire.Contract ToWire(this RobotContract contract) => new()
    {
        ProtocolVersion = checked((uint)contract.ProtocolVersion),
        RobotId = contract.RobotId,
        Cameras = { contract.Cameras.Select(ToWire) },
        Joints = { contract.Joints.Select(ToWire) },
        ControlRateHz = contract.ControlRateHz,
        ObservationRateHz = contract.ObservationRateHz,
        StepRateHz = contract.StepRateHz,
        Actions = { contract.Actions.Select(a => a.ToWire()) },
        PinnedModelHash = contract.PinnedModelHash ?? "",
        PinnedNormalizationHash = contract.PinnedNormalizationHash ?? "",
        Model = contract.Model ?? "",
    };

    /// <summary>The contract that was sent. Whether it fits a policy is for <see cref="ContractCheck"/> to say.</summary>
    /// <exception cref="MalformedMessageException">Some field means nothing; all such fields are listed.</exception>
    public static RobotContract ToCore(this Wire.Contract message)
    {
        var checks = new FieldChecks("contract");
        checks.OptionalName("robot_id", message.RobotId); // a missing one is a difference like any other: ContractCheck lists it
        checks.OptionalName("pinned_model_hash", message.PinnedModelHash);
        checks.OptionalName("pinned_normalization_hash", message.PinnedNormalizationHash);
        checks.OptionalName("model", message.Model);
        checks.Finite("control_rate_hz", message.ControlRateHz);
        checks.Finite("observation_rate_hz", message.ObservationRateHz);
        checks.Finite("step_rate_hz", message.StepRateHz);
        checks.That(message.Cameras.Count <= WireLimits.MaxCameras, "cameras", $"at most {WireLimits.MaxCameras}", message.Cameras.Count);
        checks.That(message.Joints.Count <= JointVector.MaxJoints, "joints", $"at most {JointVector.MaxJoints}", message.Joints.Count);
        var known = Enum.GetValues<ActionRepresentation>().Length;
        checks.That(message.Actions.Count >= 1 && message.Actions.Count <= known && message.Actions.Distinct().Count() == message.Actions.Count,
            "actions", $"1 to {known} representations, each once", string.Join(", ", message.Actions.Take(known + 1)));
        checks.ThrowIfAny();

        var cameras = message.Cameras.Select((camera, i) => ToCore(camera, i, checks)).ToArray();
        var joints = message.Joints.Select((joint, i) => ToCore(joint, i, checks)).ToArray();
        checks.Leave();
        var actions = message.Actions.Select(a => a.ToCore(checks, "actions")).ToArray();
        checks.ThrowIfAny();

        return new RobotContract
        {
            ProtocolVersion = Saturate(message.ProtocolVersion),
            RobotId = message.RobotId,
            Cameras = [.. cameras],
            Joints = [.. joints],
            ControlRateHz = message.ControlRateHz,
            ObservationRateHz = message.ObservationRateHz,
            StepRateHz = message.StepRateHz,
            Actions = [.. actions],
            PinnedModelHash = message.PinnedModelHash.Length == 0 ? null : message.PinnedModelHash,
            PinnedNormalizationHash = message.PinnedNormalizationHash.Length == 0 ? null : message.PinnedNormalizationHash,
            Model = message.Model.Length == 0 ? null : message.Model,
        };
    }

    private static Wire.Camera ToWire(CameraSpec camera) => new()
    {
        Name = camera.Name,
        Width = checked((uint)camera.Width),
        Height = checked((uint)camera.Height),
        Encoding = camera.Encoding.ToWire(),
    };

    private static CameraSpec ToCore(Wire.Camera camera, int index, FieldChecks checks)
    {
        checks.Enter("cameras", index);
        checks.Name("name", camera.Name);
        return new(camera.Name, Saturate(camera.Width), Saturate(camera.Height), camera.Encoding.ToCore(checks, "encoding"));
    }

    private static Wire.Joint ToWire(JointSpec joint) => new()
    {
        Name = joint.Name,
        Unit = joint.Unit.ToWire(),
        MinPosition = joint.MinPosition,
        MaxPosition = joint.MaxPosition,
        MaxVelocity = joint.MaxVelocity,
        MaxAcceleration = joint.MaxAcceleration,
        IsGripper = joint.IsGripper,
        MaxJerk = double.IsInfinity(joint.MaxJerk) ? 0 : joint.MaxJerk,
    };

    private static JointSpec ToCore(Wire.Joint joint, int index, FieldChecks checks)
    {
        checks.Enter("joints", index);
        checks.Name("name", joint.Name);
        checks.Finite("min_position", joint.MinPosition);
        checks.Finite("max_position", joint.MaxPosition);
        checks.That(joint.MaxVelocity > 0 && double.IsFinite(joint.MaxVelocity), "max_velocity", "more than 0", joint.MaxVelocity);
        checks.That(joint.MaxAcceleration > 0 && double.IsFinite(joint.MaxAcceleration), "max_acceleration", "more than 0", joint.MaxAcceleration);
        checks.That(joint.MaxJerk >= 0 && double.IsFinite(joint.MaxJerk), "max_jerk", "more than 0, or 0 for no limit", joint.MaxJerk);
        return new(joint.Name, joint.Unit.ToCore(checks, "unit"), joint.MinPosition, joint.MaxPosition, joint.MaxVelocity, joint.MaxAcceleration, joint.IsGripper, joint.MaxJerk > 0 ? joint.MaxJerk : double.PositiveInfinity);
    }

    // The check that follows knows the range and refuses the largest int as it refuses anything above.
    private static int Saturate(uint value) => (int)Math.Min(value, int.MaxValue);
}
