using System.Collections.Immutable;
using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using Google.Protobuf;
using Wire = DepthVla.Policy.V1;

namespace DepthVla.Robot.Contracts.Mapping;

/// <summary>An observation, to and from the wire. The frames' bytes are shared, not copied.</summary>
public static class ObservationMapping
{
    /// <summary>The observation as it is sent in a session, or with an empty <paramref name="sessionId"/> without one. The sender adds its age.</summary>
    public static Wire.Observation ToWire(this Observation observation, string sessionId)
    {
        var message = new Wire.Observation
        {
            SessionId = sessionId,
            Sequence = observation.Sequence,
            CaptureTimeNs = observation.CaptureTimeNs,
            BudgetNs = observation.BudgetNs,
            Frames = { observation.Frames.Select(ToWire) },
            Instruction = observation.Instruction,
            WantDepth = observation.WantDepth,
            Mode = observation.Mode.ToWire(),
            Traceparent = observation.TraceParent ?? "",
        };
        message.Proprioception.AddRange(observation.Proprioception.AsReadOnlySpan());
        if (observation.Executing is { } executing) message.Executing = new() { ChunkSequence = executing.ChunkSequence, Step = executing.Step };
        if (observation.Running is { } running) message.Running = running.ToWire();
        if (observation.NoiseSeed is { } seed) message.NoiseSeed = seed;
        return message;
    }

    /// <summary>The observation that was sent. Whether it keeps to a contract is for the session to say.</summary>
    /// <exception cref="MalformedMessageException">Some field means nothing; all such fields are listed.</exception>
    public static Observation ToCore(this Wire.Observation message)
    {
        var checks = new FieldChecks("observation");
        checks.That(message.Sequence >= 1, "sequence", "1 or more", message.Sequence);
        checks.Time("capture_time_ns", message.CaptureTimeNs);
        checks.Duration("budget_ns", message.BudgetNs, least: 1);
        checks.Duration("age_ns", message.AgeNs, least: 0);
        checks.That(message.Frames.Count is >= 1 and <= WireLimits.MaxCameras, "frames", $"1 to {WireLimits.MaxCameras}", message.Frames.Count);
        checks.That(!string.IsNullOrWhiteSpace(message.Instruction), "instruction", "what to do, in plain words", message.Instruction);
        if (message.Executing is { } step)
        {
            checks.That(step.ChunkSequence >= 1, "executing.chunk_sequence", "1 or more", step.ChunkSequence);
            checks.That(step.Step >= 0, "executing.step", "0 or more", step.Step);
        }

        var running = message.Running?.ToCore(checks);
        var proprioception = ToJoints(message, checks);
        checks.ThrowIfAny();
        var frames = ToFrames(message, checks);
        checks.ThrowIfAny();

        return new Observation
        {
            Sequence = message.Sequence,
            CaptureTimeNs = message.CaptureTimeNs,
            BudgetNs = message.BudgetNs,
            Frames = frames,
            Proprioception = proprioception,
            Instruction = message.Instruction,
            Executing = message.Executing is { } executing ? new(executing.ChunkSequence, executing.Step) : null,
            Running = running,
            NoiseSeed = message.HasNoiseSeed ? message.NoiseSeed : null,
            WantDepth = message.WantDepth,
            Mode = message.Mode.ToCore(),
            TraceParent = message.Traceparent.Length == 0 ? null : message.Traceparent,
        };
    }

    private static JointVector ToJoints(Wire.Observation message, FieldChecks checks)
    {
        var count = message.Proprioception.Count;
        if (!checks.That(count is >= 1 and <= JointVector.MaxJoints, "proprioception", $"1 to {JointVector.MaxJoints} values", count)) return default;
        var joints = JointVector.From(UnsafeCollectionOperations.AsSpan(message.Proprioception));
        checks.That(joints.IsFinite, "proprioception", "finite numbers", joints);
        return joints;
    }

    private static Wire.Frame ToWire(CameraFrame frame) => new()
    {
        Camera = frame.Camera,
        Encoding = frame.Encoding.ToWire(),
        Width = checked((uint)frame.Width),
        Height = checked((uint)frame.Height),
        Stride = checked((uint)frame.Stride),
        Rotation = frame.Rotation.ToWire(),
        CaptureTimeNs = frame.CaptureTimeNs,
        Sequence = frame.Sequence,
        Data = UnsafeByteOperations.UnsafeWrap(frame.Data), // frames are immutable
    };

    private static ImmutableArray<CameraFrame> ToFrames(Wire.Observation message, FieldChecks checks)
    {
        var frames = ImmutableArray.CreateBuilder<CameraFrame>(message.Frames.Count);
        for (var i = 0; i < message.Frames.Count; i++)
        {
            checks.Enter("frames", i);
            frames.Add(ToCore(message.Frames[i], checks));
        }

        return frames.MoveToImmutable();
    }

    private static CameraFrame ToCore(Wire.Frame frame, FieldChecks checks)
    {
        checks.Name("camera", frame.Camera);
        checks.FrameSide("width", frame.Width);
        checks.FrameSide("height", frame.Height);
        checks.Time("capture_time_ns", frame.CaptureTimeNs);
        checks.That(frame.Sequence >= 0, "sequence", "0 or more", frame.Sequence);
        checks.That(!frame.Data.IsEmpty, "data", "the encoded picture", "");
        var encoding = frame.Encoding.ToCore(checks, "encoding");
        return new CameraFrame
        {
            Camera = frame.Camera,
            Encoding = encoding,
            Width = (int)frame.Width,
            Height = (int)frame.Height,
            Stride = ToStride(frame, encoding, checks),
            Rotation = frame.Rotation.ToCore(checks, "rotation"),
            CaptureTimeNs = frame.CaptureTimeNs,
            Sequence = frame.Sequence,
            Data = frame.Data.Memory,
        };
    }

    private static int ToStride(Wire.Frame frame, ImageEncoding encoding, FieldChecks checks)
    {
        var packed = encoding == ImageEncoding.Rgb8 ? 3L * frame.Width : 0;
        if (frame.Stride == 0) return (int)packed;
        var (least, most) = encoding == ImageEncoding.Rgb8 ? (packed, 4L * WireLimits.MaxFrameSide) : (0, 0);
        checks.That(frame.Stride >= least && frame.Stride <= most, "stride", encoding == ImageEncoding.Rgb8 ? $"0 or {least} to {most}" : "0 for JPEG", frame.Stride);
        return (int)frame.Stride;
    }
}
