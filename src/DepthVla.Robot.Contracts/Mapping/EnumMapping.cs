using DepthVla.Robot.Contracts.Events;
using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Robots;
using Wire = DepthVla.Policy.V1;

namespace DepthVla.Robot.Contracts.Mapping;

/// <summary>Enums one by one: the two sides number them differently, and what is unspecified or unknown is a violation.</summary>
internal static class EnumMapping
{
    public static Wire.JointUnit ToWire(this JointUnit value) => value switch
    {
        JointUnit.Radian => Wire.JointUnit.Radian,
        JointUnit.Metre => Wire.JointUnit.Metre,
        _ => throw Undefined(value),
    };

    public static JointUnit ToCore(this Wire.JointUnit value, FieldChecks checks, string field) => value switch
    {
        Wire.JointUnit.Radian => JointUnit.Radian,
        Wire.JointUnit.Metre => JointUnit.Metre,
        _ => checks.Unknown<JointUnit>(field, value),
    };

    public static Wire.RobotMode ToWire(this Mode? value) => value switch
    {
        null => Wire.RobotMode.Unspecified,
        Mode.Idle => Wire.RobotMode.Idle,
        Mode.Armed => Wire.RobotMode.Armed,
        Mode.Tracking => Wire.RobotMode.Tracking,
        Mode.Degraded => Wire.RobotMode.Degraded,
        Mode.Holding => Wire.RobotMode.Holding,
        Mode.Stopped => Wire.RobotMode.Stopped,
        Mode.Teaching => Wire.RobotMode.Teaching,
        _ => throw Undefined(value),
    };

    /// <summary>For people alone: one that is unknown is none, and no violation.</summary>
    public static Mode? ToCore(this Wire.RobotMode value) => value switch
    {
        Wire.RobotMode.Idle => Mode.Idle,
        Wire.RobotMode.Armed => Mode.Armed,
        Wire.RobotMode.Tracking => Mode.Tracking,
        Wire.RobotMode.Degraded => Mode.Degraded,
        Wire.RobotMode.Holding => Mode.Holding,
        Wire.RobotMode.Stopped => Mode.Stopped,
        Wire.RobotMode.Teaching => Mode.Teaching,
        _ => null,
    };

    public static Wire.ActionRepresentation ToWire(this ActionRepresentation value) => value switch
    {
        ActionRepresentation.JointPosition => Wire.ActionRepresentation.JointPosition,
        ActionRepresentation.ToolPoseDelta => Wire.ActionRepresentation.ToolPoseDelta,
        _ => throw Undefined(value),
    };

    public static ActionRepresentation ToCore(this Wire.ActionRepresentation value, FieldChecks checks, string field) => value switch
    {
        Wire.ActionRepresentation.JointPosition => ActionRepresentation.JointPosition,
        Wire.ActionRepresentation.ToolPoseDelta => ActionRepresentation.ToolPoseDelta,
        _ => checks.Unknown<ActionRepresentation>(field, value),
    };

    public static Wire.ContinuationMethod ToWire(this ContinuationMethod value) => value switch
    {
        ContinuationMethod.None => Wire.ContinuationMethod.None,
        ContinuationMethod.Prefix => Wire.ContinuationMethod.Prefix,
        ContinuationMethod.Guidance => Wire.ContinuationMethod.Guidance,
        ContinuationMethod.Inpainting => Wire.ContinuationMethod.Inpainting,
        _ => throw Undefined(value),
    };

    public static ContinuationMethod ToCore(this Wire.ContinuationMethod value, FieldChecks checks, string field) => value switch
    {
        Wire.ContinuationMethod.None => ContinuationMethod.None,
        Wire.ContinuationMethod.Prefix => ContinuationMethod.Prefix,
        Wire.ContinuationMethod.Guidance => ContinuationMethod.Guidance,
        Wire.ContinuationMethod.Inpainting => ContinuationMethod.Inpainting,
        _ => checks.Unknown<ContinuationMethod>(field, value),
    };

    public static Wire.ImageEncoding ToWire(this ImageEncoding value) => value switch
    {
        ImageEncoding.Jpeg => Wire.ImageEncoding.Jpeg,
        ImageEncoding.Rgb8 => Wire.ImageEncoding.Rgb8,
        _ => throw Undefined(value),
    };

    public static ImageEncoding ToCore(this Wire.ImageEncoding value, FieldChecks checks, string field) => value switch
    {
        Wire.ImageEncoding.Jpeg => ImageEncoding.Jpeg,
        Wire.ImageEncoding.Rgb8 => ImageEncoding.Rgb8,
        _ => checks.Unknown<ImageEncoding>(field, value),
    };

    public static Wire.ImageRotation ToWire(this ImageRotation value) => value switch
    {
        ImageRotation.None => Wire.ImageRotation.None,
        ImageRotation.Clockwise90 => Wire.ImageRotation.Clockwise90,
        ImageRotation.Half => Wire.ImageRotation.Half,
        ImageRotation.CounterClockwise90 => Wire.ImageRotation.CounterClockwise90,
        _ => throw Undefined(value),
    };

    public static ImageRotation ToCore(this Wire.ImageRotation value, FieldChecks checks, string field) => value switch
    {
        Wire.ImageRotation.None => ImageRotation.None,
        Wire.ImageRotation.Clockwise90 => ImageRotation.Clockwise90,
        Wire.ImageRotation.Half => ImageRotation.Half,
        Wire.ImageRotation.CounterClockwise90 => ImageRotation.CounterClockwise90,
        _ => checks.Unknown<ImageRotation>(field, value),
    };

    public static Wire.Stage ToWire(this Stage value) => value switch
    {
        Stage.Queue => Wire.Stage.Queue,
        Stage.Decode => Wire.Stage.Decode,
        Stage.Preprocess => Wire.Stage.Preprocess,
        Stage.Vision => Wire.Stage.Vision,
        Stage.Prefill => Wire.Stage.Prefill,
        Stage.Depth => Wire.Stage.Depth,
        Stage.Denoise => Wire.Stage.Denoise,
        Stage.Post => Wire.Stage.Post,
        Stage.Total => Wire.Stage.Total,
        _ => throw Undefined(value),
    };

    public static Stage ToCore(this Wire.Stage value, FieldChecks checks, string field) => value switch
    {
        Wire.Stage.Queue => Stage.Queue,
        Wire.Stage.Decode => Stage.Decode,
        Wire.Stage.Preprocess => Stage.Preprocess,
        Wire.Stage.Vision => Stage.Vision,
        Wire.Stage.Prefill => Stage.Prefill,
        Wire.Stage.Depth => Stage.Depth,
        Wire.Stage.Denoise => Stage.Denoise,
        Wire.Stage.Post => Stage.Post,
        Wire.Stage.Total => Stage.Total,
        _ => checks.Unknown<Stage>(field, value),
    };

    public static Wire.ObservationOutcome.Types.Result ToWire(this UnansweredResult value) => value switch
    {
        UnansweredResult.Superseded => Wire.ObservationOutcome.Types.Result.Superseded,
        UnansweredResult.Expired => Wire.ObservationOutcome.Types.Result.Expired,
        UnansweredResult.Invalid => Wire.ObservationOutcome.Types.Result.Invalid,
        UnansweredResult.Failed => Wire.ObservationOutcome.Types.Result.Failed,
        _ => throw Undefined(value),
    };

    public static UnansweredResult ToCore(this Wire.ObservationOutcome.Types.Result value, FieldChecks checks, string field) => value switch
    {
        Wire.ObservationOutcome.Types.Result.Superseded => UnansweredResult.Superseded,
        Wire.ObservationOutcome.Types.Result.Expired => UnansweredResult.Expired,
        Wire.ObservationOutcome.Types.Result.Invalid => UnansweredResult.Invalid,
        Wire.ObservationOutcome.Types.Result.Failed => UnansweredResult.Failed,
        _ => checks.Unknown<UnansweredResult>(field, value),
    };

    private static ArgumentOutOfRangeException Undefined(Enum value) => new(nameof(value), value, $"{value} is no {value.GetType().Name}");
}
