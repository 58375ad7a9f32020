using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using Wire = DepthVla.Policy.V1;

namespace DepthVla.Robot.Contracts.Mapping;

/// <summary>What a policy is, to and from the wire.</summary>
public static class ModelInfoMapping
{
    /// <summary>The description as it is sent.</summary>
    public static Wire.ModelInfo ToWire(this PolicyInfo info)
    {
        var message = new Wire.ModelInfo
        {
            Name = info.Name,
            ModelHash = info.ModelHash,
            NormalizationHash = info.NormalizationHash,
            Parameters = info.Parameters,
            Trained = info.Trained,
            Precision = info.Precision,
            Device = info.Device,
            Cameras = { info.Cameras },
            Joints = { info.Joints.Select(j => new Wire.ModelJoint { Name = j.Name, Unit = j.Unit.ToWire() }) },
            Horizon = checked((uint)info.Horizon),
            StepRateHz = info.StepRateHz,
            Actions = info.Actions.ToWire(),
            HasDepth = info.HasDepth,
            Dims = checked((uint)info.Dims),
            Continues = info.Continues.ToWire(),
        };
        if (info.ExecuteSteps is { } steps) message.ExecuteSteps = checked((uint)steps);
        return message;
    }

    /// <summary>The description that was sent.</summary>
    /// <exception cref="MalformedMessageException">Some field means nothing; all such fields are listed.</exception>
    public static PolicyInfo ToCore(this Wire.ModelInfo message)
    {
        var checks = new FieldChecks("model");
        checks.Name("name", message.Name);
        checks.Name("model_hash", message.ModelHash);
        checks.Name("normalization_hash", message.NormalizationHash);
        checks.That(message.Parameters >= 0, "parameters", "0 or more", message.Parameters);
        checks.Name("precision", message.Precision);
        checks.Name("device", message.Device);
        checks.That(message.Cameras.Count is >= 1 and <= WireLimits.MaxCameras, "cameras", $"1 to {WireLimits.MaxCameras}", message.Cameras.Count);
        checks.That(message.Joints.Count is >= 1 and <= JointVector.MaxJoints, "joints", $"1 to {JointVector.MaxJoints}", message.Joints.Count);
        checks.That(message.Horizon is >= 1 and <= WireLimits.MaxSteps, "horizon", $"1 to {WireLimits.MaxSteps}", message.Horizon);
        checks.That(message.StepRateHz > 0 && double.IsFinite(message.StepRateHz), "step_rate_hz", "more than 0", message.StepRateHz);
        var actions = message.Actions.ToCore(checks, "actions");
        var continues = message.Continues.ToCore(checks, "continues");
        CheckSteps(message, actions, checks);
        checks.ThrowIfAny();

        foreach (var camera in message.Cameras) checks.Name("cameras", camera);
        var joints = message.Joints.Select((joint, i) => ToCore(joint, i, checks)).ToArray();
        checks.ThrowIfAny();

        return new PolicyInfo
        {
            Name = message.Name,
            ModelHash = message.ModelHash,
            NormalizationHash = message.NormalizationHash,
            Parameters = message.Parameters,
            Trained = message.Trained,
            Precision = message.Precision,
            Device = message.Device,
            Cameras = [.. message.Cameras],
            Joints = [.. joints],
            Horizon = (int)message.Horizon,
            StepRateHz = message.StepRateHz,
            Actions = actions,
            Dims = (int)message.Dims,
            ExecuteSteps = message.HasExecuteSteps ? (int)message.ExecuteSteps : null,
            Continues = continues,
            HasDepth = message.HasDepth,
        };
    }

    private static void CheckSteps(Wire.ModelInfo message, ActionRepresentation actions, FieldChecks checks)
    {
        var (least, most) = actions == ActionRepresentation.ToolPoseDelta
            ? (ActionLayout.PoseNumbers, JointVector.MaxJoints)
            : (message.Joints.Count, message.Joints.Count);
        checks.That(message.Dims >= least && message.Dims <= most, "dims", least == most ? $"{least}, one a joint" : $"{least} to {most}", message.Dims);
        checks.That(!message.HasExecuteSteps || (message.ExecuteSteps >= 1 && message.ExecuteSteps <= message.Horizon), "execute_steps",
            $"1 to horizon ({message.Horizon})", message.ExecuteSteps);
    }

    private static PolicyJoint ToCore(Wire.ModelJoint joint, int index, FieldChecks checks)
    {
        checks.Enter("joints", index);
        checks.Name("name", joint.Name);
        return new(joint.Name, joint.Unit.ToCore(checks, "unit"));
    }
}
