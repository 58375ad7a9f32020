using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Server.Auditing;
using DepthVla.Robot.Server.Metrics;
using DepthVla.Robot.Server.Trust;
using Grpc.Core;

namespace DepthVla.Robot.Server.Access;

/// <summary>The one door: every call to every endpoint of every port passes here, and is judged again while it is open. Thread-safe.</summary>
internal sealed class AccessGuard(CallerCheck callers, CallRate rate, AuditLog audit, ServerMetrics metrics)
{
    private readonly Lock _changing = new();
    private readonly HashSet<KnownCall> _open = [];

    /// <summary>Hands the call on, or answers it with a refusal.</summary>
    public async Task RunAsync(HttpContext call, RequestDelegate next)
    {
        if (call.GetEndpoint() is not { } endpoint || NeedsScopeAttribute.Of(endpoint) is var needed && needed == Scope.None)
        {
            await next(call);
            return;
        }

        var shown = Credentials.Of(call);
        if (callers.Refuse(shown, needed, out var caller) is { } refusal)
        {
            Note(CallOrigin.Of(call), refusal);
            await refusal.AnswerAsync(call);
            return;
        }

        var known = new KnownCall(call, caller, shown, needed);
        if (rate.Refuse(known, endpoint) is { } tooOften)
        {
            Note(known.Origin, tooOften);
            await tooOften.AnswerAsync(call);
            return;
        }

        call.Features.Set(known);
        if (needed == Scope.Admin) audit.Admin(known.Origin, caller);
        lock (_changing) _open.Add(known);
        try { await next(call); }
        finally { lock (_changing) _open.Remove(known); } // under the lock: the server takes the context for another call
    }

    /// <summary>Whether a call may command a robot. From then on it does, for as long as it may.</summary>
    /// <returns>Why it may not, or null.</returns>
    public Refusal? Command(KnownCall call, string robot)
    {
        if (RefuseRobot(call.Caller, robot) is { } refusal) return refusal;
        lock (_changing) call.Robot = robot;
        return null;
    }

    /// <summary>Cuts every open call that would be refused by now: its certificate ended or was revoked, its token was taken away, its robot is another's.</summary>
    public void JudgeAgain()
    {
        lock (_changing)
        {
            foreach (var call in _open)
            {
                var refusal = callers.Refuse(call.Shown, call.Needed, out var caller) ?? (call.Robot is { } robot ? RefuseRobot(caller, robot) : null);
                if (refusal is null || call.IsCut) continue;
                Note(call.Origin, refusal);
                call.Cut();
            }
        }
    }

    private static Refusal? RefuseRobot(Caller caller, string robot) => caller.MayCommand(robot) ? null : new(
        StatusCode.PermissionDenied, Reasons.RobotForbidden, $"'{caller.Name}', known by {caller.KnownBy}, may not command robot '{robot}'.", caller);

    private void Note(CallOrigin origin, Refusal refusal)
    {
        metrics.Rejected[refusal.Reason].Increment();
        audit.Refused(origin, refusal.Caller, refusal.Status, refusal.Reason, refusal.Message);
    }
}
