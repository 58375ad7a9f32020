using DepthVla.Flight.V1;
using DepthVla.Robot.Control.Limits;
using DepthVla.Robot.Control.Recording;
using DepthVla.Robot.Core.Joints;
using Google.Protobuf.Collections;

namespace DepthVla.Robot.Recording.Flight;

/// <summary>A turn of the control loop to its message. The message is written over, so that a thousand turns a second make no garbage.</summary>
internal static class TickMapping
{
    public static void Set(this Tick message, in TickRecord turn)
    {
        (message.TimeNs, message.LateNs, message.Skipped, message.StateTimeNs) = (turn.Tick.TimeNs, turn.Tick.LateNs, turn.Tick.Skipped, turn.State.TimeNs);
        Set(message.Position, turn.State.Positions);
        Set(message.Velocity, turn.State.Velocities);
        Set(message.Target, turn.Target);
        Set(message.Command, turn.Command);
        (message.Mode, message.Hold, message.PlanAgeNs) = (ToWire(turn.Mode), ToWire(turn.Hold), turn.PlanAgeNs);
        message.Limited.Clear();
        for (var kinds = (uint)turn.Limited; kinds != 0; kinds &= kinds - 1) message.Limited.Add(ToWire((LimitKinds)(kinds & -kinds)));
        SetExecuting(message, in turn);
        if (turn.Seam is { } seam) message.SeamRad = seam;
        else message.ClearSeamRad();
    }

    private static void SetExecuting(Tick message, in TickRecord turn)
    {
        if (turn.Executing is { } step)
        {
            message.Executing ??= new();
            (message.Executing.ChunkSequence, message.Executing.Step) = (step.ChunkSequence, step.Step);
        }
        else
        {
            message.Executing = null;
        }
    }

    private static void Set(RepeatedField<double> field, in JointVector joints)
    {
        field.Clear();
        foreach (var value in joints.AsReadOnlySpan()) field.Add(value);
    }

    private static DepthVla.Flight.V1.HoldReason ToWire(Control.Modes.HoldReason hold) => hold switch
    {
        Control.Modes.HoldReason.None => DepthVla.Flight.V1.HoldReason.None,
        Control.Modes.HoldReason.NoPlan => DepthVla.Flight.V1.HoldReason.NoPlan,
        Control.Modes.HoldReason.PlanExpired => DepthVla.Flight.V1.HoldReason.PlanExpired,
        Control.Modes.HoldReason.ObstacleAhead => DepthVla.Flight.V1.HoldReason.ObstacleAhead,
        Control.Modes.HoldReason.Teaching => DepthVla.Flight.V1.HoldReason.Teaching,
        Control.Modes.HoldReason.NotArmed => DepthVla.Flight.V1.HoldReason.NotArmed,
        Control.Modes.HoldReason.OperatorHold => DepthVla.Flight.V1.HoldReason.OperatorHold,
        Control.Modes.HoldReason.OperatorStop => DepthVla.Flight.V1.HoldReason.OperatorStop,
        Control.Modes.HoldReason.EffortExceeded => DepthVla.Flight.V1.HoldReason.EffortExceeded,
        Control.Modes.HoldReason.Overslept => DepthVla.Flight.V1.HoldReason.Overslept,
        Control.Modes.HoldReason.StateStale => DepthVla.Flight.V1.HoldReason.StateStale,
        Control.Modes.HoldReason.Stopping => DepthVla.Flight.V1.HoldReason.Stopping,
        _ => throw new ArgumentOutOfRangeException(nameof(hold), hold, "no such reason"),
    };

    private static DepthVla.Flight.V1.Mode ToWire(Core.Robots.Mode mode) => mode switch
    {
        Core.Robots.Mode.Idle => DepthVla.Flight.V1.Mode.Idle,
        Core.Robots.Mode.Armed => DepthVla.Flight.V1.Mode.Armed,
        Core.Robots.Mode.Tracking => DepthVla.Flight.V1.Mode.Tracking,
        Core.Robots.Mode.Degraded => DepthVla.Flight.V1.Mode.Degraded,
        Core.Robots.Mode.Holding => DepthVla.Flight.V1.Mode.Holding,
        Core.Robots.Mode.Teaching => DepthVla.Flight.V1.Mode.Teaching,
        Core.Robots.Mode.Stopped => DepthVla.Flight.V1.Mode.Stopped,
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "no such mode"),
    };

    private static LimitKind ToWire(LimitKinds kind) => kind switch
    {
        LimitKinds.Position => LimitKind.Position,
        LimitKinds.Velocity => LimitKind.Velocity,
        LimitKinds.Acceleration => LimitKind.Acceleration,
        LimitKinds.Workspace => LimitKind.Workspace,
        LimitKinds.NotFinite => LimitKind.NotFinite,
        LimitKinds.KeepOut => LimitKind.KeepOut,
        LimitKinds.SelfDistance => LimitKind.SelfDistance,
        LimitKinds.ToolSpeed => LimitKind.ToolSpeed,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no such limit"),
    };
}
