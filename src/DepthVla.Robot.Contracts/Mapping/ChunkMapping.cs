using System.Collections.Immutable;
using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using Google.Protobuf;
using Wire = DepthVla.Policy.V1;

namespace DepthVla.Robot.Contracts.Mapping;

/// <summary>A chunk of actions, to and from the wire.</summary>
public static class ChunkMapping
{
    /// <summary>The chunk as it is sent in a session, or with an empty <paramref name="sessionId"/> without one.</summary>
    public static Wire.ActionChunk ToWire(this ActionChunk chunk, string sessionId)
    {
        var message = new Wire.ActionChunk
        {
            SessionId = sessionId,
            BasedOnSequence = chunk.BasedOnSequence,
            FirstStepTimeNs = chunk.FirstStepTimeNs,
            StepPeriodNs = chunk.StepPeriodNs,
            StepValidNs = chunk.StepValidNs,
            NotAfterNs = chunk.NotAfterNs,
            Steps = checked((uint)chunk.Steps),
            Dims = checked((uint)chunk.Dims),
            ModelHash = chunk.ModelHash,
            NoiseSeed = chunk.NoiseSeed,
            BudgetMissed = chunk.BudgetMissed,
            Depth = { chunk.Depth.Select(ToWire) },
        };
        message.Actions.AddRange(chunk.Actions.Span);
        message.Continued = chunk.Continued?.ToWire();
        if (chunk.DepthBasedOnSequence is { } earlier) message.DepthBasedOnSequence = earlier;
        for (var stage = Stage.Queue; stage <= Stage.Total; stage++)
        {
            if (chunk.Timings[stage] is var ns and not 0) message.Timings.Add(new Wire.StageTiming { Stage = stage.ToWire(), DurationNs = ns });
        }

        return message;
    }

    /// <summary>The chunk that was sent: finite numbers of the stated shape, and times that agree with one another.</summary>
    /// <exception cref="MalformedMessageException">Some field means nothing; all such fields are listed.</exception>
    public static ActionChunk ToCore(this Wire.ActionChunk message)
    {
        var checks = new FieldChecks("chunk");
        checks.That(message.BasedOnSequence >= 1, "based_on_sequence", "1 or more", message.BasedOnSequence);
        checks.Time("first_step_time_ns", message.FirstStepTimeNs);
        checks.Duration("step_period_ns", message.StepPeriodNs, least: 1);
        checks.Duration("step_valid_ns", message.StepValidNs, least: Math.Max(1, message.StepPeriodNs));
        checks.That(message.Steps is >= 1 and <= WireLimits.MaxSteps, "steps", $"1 to {WireLimits.MaxSteps}", message.Steps);
        checks.That(message.Dims is >= 1 and <= JointVector.MaxJoints, "dims", $"1 to {JointVector.MaxJoints}", message.Dims);
        checks.Name("model_hash", message.ModelHash);
        checks.That(message.Depth.Count <= WireLimits.MaxCameras, "depth", $"at most {WireLimits.MaxCameras} maps", message.Depth.Count);
        checks.ThrowIfAny(); // the arithmetic below holds within these bounds

        var isEarlier = message.DepthBasedOnSequence >= 1 && message.DepthBasedOnSequence < message.BasedOnSequence;
        checks.That(!message.HasDepthBasedOnSequence || isEarlier, "depth_based_on_sequence", "1 or more, below based_on_sequence", message.DepthBasedOnSequence);
        var expected = (int)(message.Steps * message.Dims);
        checks.That(message.Actions.Count == expected, "actions", $"steps x dims = {expected} values", message.Actions.Count);
        checks.That(AllFinite(message.Actions), "actions", "finite numbers", "NaN or infinity");
        var timings = ToTimings(message, checks);
        var depth = ToDepth(message, checks);
        var continued = message.Continued?.ToCore(checks);
        var chunk = new ActionChunk
        {
            BasedOnSequence = message.BasedOnSequence,
            FirstStepTimeNs = message.FirstStepTimeNs,
            StepPeriodNs = message.StepPeriodNs,
            StepValidNs = message.StepValidNs,
            Steps = (int)message.Steps,
            Dims = (int)message.Dims,
            Actions = UnsafeCollectionOperations.AsSpan(message.Actions).ToArray(),
            ModelHash = message.ModelHash,
            NoiseSeed = message.NoiseSeed,
            Timings = timings,
            BudgetMissed = message.BudgetMissed,
            Continued = continued,
            DepthBasedOnSequence = message.HasDepthBasedOnSequence ? message.DepthBasedOnSequence : null,
            Depth = depth,
        };
        checks.That(message.NotAfterNs == chunk.NotAfterNs, "not_after_ns", $"the end of the last step, {chunk.NotAfterNs}", message.NotAfterNs);
        checks.ThrowIfAny();
        return chunk;
    }

    private static StageTimings ToTimings(Wire.ActionChunk message, FieldChecks checks)
    {
        var timings = default(StageTimings);
        checks.That(message.Timings.Count <= StageTimings.Count, "timings", "each stage once", message.Timings.Count);
        for (var i = 0; i < Math.Min(message.Timings.Count, StageTimings.Count); i++)
        {
            var timing = message.Timings[i];
            checks.Enter("timings", i);
            var stage = timing.Stage.ToCore(checks, "stage");
            checks.Duration("duration_ns", timing.DurationNs, least: 0);
            checks.That(timings[stage] == 0, "stage", "each stage once", timing.Stage);
            timings[stage] = timing.DurationNs;
        }

        checks.Leave();
        return timings;
    }

    private static Wire.DepthMap ToWire(DepthMap map)
    {
        var message = new Wire.DepthMap { Camera = map.Camera, Width = checked((uint)map.Width), Height = checked((uint)map.Height) };
        message.DepthM.AddRange(map.Metres.Span);
        return message;
    }

    private static ImmutableArray<DepthMap> ToDepth(Wire.ActionChunk message, FieldChecks checks)
    {
        var maps = ImmutableArray.CreateBuilder<DepthMap>(message.Depth.Count);
        for (var i = 0; i < message.Depth.Count; i++)
        {
            var map = message.Depth[i];
            checks.Enter("depth", i);
            checks.Name("camera", map.Camera);
            checks.FrameSide("width", map.Width);
            checks.FrameSide("height", map.Height);
            var expected = (long)map.Width * map.Height;
            checks.That(map.DepthM.Count == expected, "depth_m", $"width x height = {expected} values", map.DepthM.Count);
            checks.That(AllFinite(map.DepthM), "depth_m", "finite numbers", "NaN or infinity");
            maps.Add(new(map.Camera, (int)map.Width, (int)map.Height, UnsafeCollectionOperations.AsSpan(map.DepthM).ToArray()));
        }

        checks.Leave();
        return maps.MoveToImmutable();
    }

    private static bool AllFinite(Google.Protobuf.Collections.RepeatedField<float> values)
    {
        foreach (var value in UnsafeCollectionOperations.AsSpan(values)) if (!float.IsFinite(value)) return false;
        return true;
    }
}
