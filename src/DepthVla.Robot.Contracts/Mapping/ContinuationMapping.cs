using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using Google.Protobuf;
using Wire = DepthVla.Policy.V1;

namespace DepthVla.Robot.Contracts.Mapping;

/// <summary>The plan being executed, and how a chunk went on from it, to and from the wire.</summary>
internal static class ContinuationMapping
{
    public static Wire.RunningPlan ToWire(this RunningPlan running)
    {
        var message = new Wire.RunningPlan { CommittedSteps = checked((uint)running.Committed), Dims = checked((uint)running.Dims) };
        message.Actions.AddRange(running.Actions.Span);
        return message;
    }

    /// <summary>Null where a field means nothing, which the checks then know.</summary>
    public static RunningPlan? ToCore(this Wire.RunningPlan message, FieldChecks checks)
    {
        var sound = checks.That(message.CommittedSteps <= WireLimits.MaxSteps, "running.committed_steps", $"at most {WireLimits.MaxSteps}", message.CommittedSteps)
            & checks.That(message.Dims is >= 1 and <= JointVector.MaxJoints, "running.dims", $"1 to {JointVector.MaxJoints}", message.Dims);
        if (!sound) return null;
        var (count, most) = (message.Actions.Count, WireLimits.MaxSteps * message.Dims);
        if (!checks.That(count <= most && count % message.Dims == 0, "running.actions", $"steps x dims, at most {most} values, a multiple of {message.Dims}", count)) return null;
        var actions = UnsafeCollectionOperations.AsSpan(message.Actions).ToArray();
        checks.That(Array.TrueForAll(actions, float.IsFinite), "running.actions", "finite numbers", "NaN or infinity");
        return new((int)message.CommittedSteps, (int)message.Dims, actions);
    }

    public static Wire.Continued ToWire(this Continued continued) =>
        new() { Method = continued.Method.ToWire(), CommittedSteps = checked((uint)continued.Committed), Clamped = continued.Clamped };

    public static Continued ToCore(this Wire.Continued message, FieldChecks checks)
    {
        checks.That(message.CommittedSteps <= WireLimits.MaxSteps, "continued.committed_steps", $"at most {WireLimits.MaxSteps}", message.CommittedSteps);
        return new(message.Method.ToCore(checks, "continued.method"), (int)message.CommittedSteps, message.Clamped);
    }
}
