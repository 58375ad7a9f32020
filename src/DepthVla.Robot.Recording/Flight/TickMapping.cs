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
        (message.Hold, message.PlanAgeNs) = (ToWire(turn.Hold), turn.PlanAgeNs);
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

    private static DepthVla.Flight.V1.HoldReason ToWire(Control.Recording.HoldReason hold) => hold switch
    {
        Control.Recording.HoldReason.None => DepthVla.Flight.V1.HoldReason.None,
        Control.Recording.HoldReason.NoPlan => DepthVla.Flight.V1.HoldReason.NoPlan,
        Control.Recording.HoldReason.PlanExpired => DepthVla.Flight.V1.HoldReason.PlanExpired,
        Control.Recording.HoldReason.StateStale => DepthVla.Flight.V1.HoldReason.StateStale,
        Control.Recording.HoldReason.Stopping => DepthVla.Flight.V1.HoldReason.Stopping,
        _ => throw new ArgumentOutOfRangeException(nameof(hold), hold, "no such reason"),
    };

    private static LimitKind ToWire(LimitKinds kind) => kind switch
    {
        LimitKinds.Position => LimitKind.Position,
        LimitKinds.Velocity => LimitKind.Velocity,
        LimitKinds.Acceleration => LimitKind.Acceleration,
        LimitKinds.Workspace => LimitKind.Workspace,
        LimitKinds.NotFinite => LimitKind.NotFinite,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no such limit"),
    };
}
