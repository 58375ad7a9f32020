using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;
using Wire = DepthVla.Arm.V1;

namespace DepthVla.Robot.Contracts.Mapping;

/// <summary>An arm's description, to and from the wire.</summary>
public static class ArmMapping
{
    // A chain turns each joint once.
    private const int MaxLinks = JointVector.MaxJoints;

    /// <summary>The description as it is sent.</summary>
    public static Wire.Description ToWire(this RobotDescription robot) => new()
    {
        Name = robot.Name,
        Joints = { robot.Joints.Select(ToWire) },
        Chain = { robot.Chain.Select(link => new Wire.ChainLink { Joint = (uint)link.Joint, Offset = ToWire(link.Offset), Axis = ToWire(link.Axis) }) },
        Tool = ToWire(robot.Tool),
        WorkspaceMin = ToWire(robot.Workspace.Min),
        WorkspaceMax = ToWire(robot.Workspace.Max),
    };

    /// <summary>The description that was sent. Whether an arm can be driven by it is for the control loop to say.</summary>
    /// <exception cref="MalformedMessageException">Some field means nothing; all such fields are listed.</exception>
    public static RobotDescription ToCore(this Wire.Description message)
    {
        var checks = new FieldChecks("arm's description");
        checks.Name("name", message.Name);
        checks.That(message.Joints.Count is >= 1 and <= JointVector.MaxJoints, "joints", $"1 to {JointVector.MaxJoints}", message.Joints.Count);
        checks.That(message.Chain.Count <= MaxLinks, "chain", $"at most {MaxLinks} links", message.Chain.Count);
        checks.ThrowIfAny();

        var joints = message.Joints.Select((joint, i) => ToCore(joint, i, checks)).ToArray();
        for (var i = 0; i < joints.Length; i++)
        {
            checks.Enter("joints", i);
            checks.That(joints.Take(i).All(other => other.Name != joints[i].Name), "name", "a name of its own", joints[i].Name);
        }

        var chain = message.Chain.Select((link, i) => ToCore(link, i, joints.Length, checks)).ToArray();
        checks.Leave();
        var description = new RobotDescription
        {
            Name = message.Name,
            Joints = [.. joints],
            Chain = [.. chain],
            Tool = ToCore(message.Tool, "tool", checks),
            Workspace = new(ToCore(message.WorkspaceMin, "workspace_min", checks), ToCore(message.WorkspaceMax, "workspace_max", checks)),
        };
        checks.ThrowIfAny();
        return description;
    }

    private static Wire.Joint ToWire(JointSpec joint) => new()
    {
        Name = joint.Name,
        Unit = joint.Unit == JointUnit.Metre ? Wire.JointUnit.Metre : Wire.JointUnit.Radian,
        MinPosition = joint.MinPosition,
        MaxPosition = joint.MaxPosition,
        MaxVelocity = joint.MaxVelocity,
        MaxAcceleration = joint.MaxAcceleration,
        IsGripper = joint.IsGripper,
        MaxJerk = double.IsInfinity(joint.MaxJerk) ? 0 : joint.MaxJerk,
        MaxEffort = double.IsInfinity(joint.MaxEffort) ? 0 : joint.MaxEffort,
    };

    private static JointSpec ToCore(Wire.Joint joint, int index, FieldChecks checks)
    {
        checks.Enter("joints", index);
        checks.Name("name", joint.Name);
        checks.That(joint.Unit is Wire.JointUnit.Radian or Wire.JointUnit.Metre, "unit", "radian or metre", joint.Unit);
        checks.Finite("min_position", joint.MinPosition);
        checks.Finite("max_position", joint.MaxPosition);
        checks.That(joint.MaxVelocity > 0 && double.IsFinite(joint.MaxVelocity), "max_velocity", "more than 0", joint.MaxVelocity);
        checks.That(joint.MaxAcceleration > 0 && double.IsFinite(joint.MaxAcceleration), "max_acceleration", "more than 0", joint.MaxAcceleration);
        checks.That(joint.MaxJerk >= 0 && double.IsFinite(joint.MaxJerk), "max_jerk", "more than 0, or 0 for no limit", joint.MaxJerk);
        checks.That(joint.MaxEffort >= 0 && double.IsFinite(joint.MaxEffort), "max_effort", "more than 0, or 0 for no limit", joint.MaxEffort);
        return new(
            joint.Name, joint.Unit == Wire.JointUnit.Metre ? JointUnit.Metre : JointUnit.Radian, joint.MinPosition, joint.MaxPosition, joint.MaxVelocity, joint.MaxAcceleration,
            joint.IsGripper, Limit(joint.MaxJerk), Limit(joint.MaxEffort));
    }

    private static double Limit(double value) => value > 0 ? value : double.PositiveInfinity;

    private static ChainLink ToCore(Wire.ChainLink link, int index, int joints, FieldChecks checks)
    {
        checks.Enter("chain", index);
        checks.That(link.Joint < joints, "joint", $"0 to {joints - 1}", link.Joint);
        return new((int)Math.Min(link.Joint, JointVector.MaxJoints), ToCore(link.Offset, "offset", checks), ToCore(link.Axis, "axis", checks));
    }

    private static Wire.Vector ToWire(Vector3d v) => new() { X = v.X, Y = v.Y, Z = v.Z };

    private static Vector3d ToCore(Wire.Vector? v, string field, FieldChecks checks)
    {
        if (!checks.That(v is not null, field, "three numbers", "")) return default;
        checks.Finite($"{field}.x", v!.X);
        checks.Finite($"{field}.y", v.Y);
        checks.Finite($"{field}.z", v.Z);
        return new(v.X, v.Y, v.Z);
    }
}
