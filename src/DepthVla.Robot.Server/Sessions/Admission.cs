using System.Globalization;
using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Contracts.Events;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Server.Metrics;
using DepthVla.Robot.Server.Options;
using DepthVla.Robot.Server.Policies;
using Grpc.Core;

namespace DepthVla.Robot.Server.Sessions;

/// <summary>Who is let in: only while the policy is ready, one commander a robot, so many and no more. Thread-safe.</summary>
internal sealed class Admission(ServerOptions options, ServingState state, ServerMetrics metrics, Refusals refusals)
{
    private const int MaxTools = 8;

    // A robot whose cable was cut comes back before anybody notices that its stream is dead: who has rested for so long, and missed so many observations, gives way to the same caller.
    private const double RestSeconds = 4, RestPeriods = 3;

    private readonly Lock _changing = new();
    private readonly Dictionary<string, RobotSession> _robots = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _streams;
    private int _tools;
    private int _clients;
    private int _asking;

    /// <summary>The robots that are here, by name.</summary>
    public IReadOnlyList<RobotSession> Robots
    {
        get { lock (_changing) return [.. _robots.Values.OrderBy(session => session.Contract.RobotId, StringComparer.Ordinal)]; }
    }

    /// <summary>Completes when the server drains and the last session and tool have left.</summary>
    public Task Drained => _drained.Task;

    /// <summary>Lets a stream in that has yet to show its contract.</summary>
    /// <exception cref="RpcException">The server is not ready, or full.</exception>
    public void EnterStream()
    {
        lock (_changing)
        {
            RequireReady();
            if (_streams >= options.MaxSessions)
            {
                throw refusals.Later(StatusCode.ResourceExhausted, Reasons.TooManySessions, $"{options.MaxSessions} sessions are open; raise MaxSessions or start another server.");
            }

            _streams++;
            Changed();
        }
    }

    /// <summary>Makes the session its robot's one commander, and promises it a rate. One of the same caller that has long been at rest gives way to it, and ends.</summary>
    /// <exception cref="RpcException">The robot has one, the server began to drain, or it has no time left for another; nothing changed.</exception>
    public void Register(RobotSession session)
    {
        lock (_changing)
        {
            RequireReady();
            var robot = session.Contract.RobotId;
            var former = _robots.GetValueOrDefault(robot);
            if (former is not null && !GivesWay(former, session))
            {
                throw Taken($"Robot '{robot}' is commanded by another stream; close that one, or give this robot a name of its own.");
            }

            var policy = session.Model.Policy!;
            session.PromisedRateHz = Promise(session.Contract, session.Model, policy, former);
            if (!session.Fits(policy)) throw refusals.Later(StatusCode.Unavailable, Reasons.ModelChanged, "The server began to serve another model while this session was opened; open it again.");
            _robots[robot] = session;
            former?.End(Taken($"Robot '{robot}' is commanded by another stream of the same caller, as nothing came from this one for {former.RestingSeconds:0.0} s."));
            Changed();
        }
    }

    private static bool GivesWay(RobotSession former, RobotSession next) =>
        former.Caller == next.Caller && former.RestingSeconds >= Math.Max(RestSeconds, RestPeriods / former.Contract.ObservationRateHz);

    private RpcException Taken(string message) => refusals.Because(StatusCode.AlreadyExists, Reasons.RobotTaken, message);

    // All models share the server's time: what was promised of another counts as so many observations of this one as take as long.
    private double Promise(RobotContract contract, ServedModel model, PolicyInfo policy, RobotSession? former)
    {
        RobotSession[] others = [.. _robots.Values.Where(session => session != former)];
        var (asked, capacity) = (contract.ObservationRateHz, model.Costs.Capacity);
        double? promised = others.Length == 0 ? null : others.Sum(session => session.PromisedRateHz * (session.Model == model ? 1 : capacity / session.Model.Costs.Capacity));
        return RatePromise.Of(asked, capacity, promised, policy) ?? throw refusals.Later(StatusCode.ResourceExhausted, Reasons.NoCapacity, string.Create(CultureInfo.InvariantCulture,
            $"This server answers {capacity:0.#} observations/s of {model.Name} ({1000 * model.Costs.SecondsOfOne:0.#} ms for one) and has promised the time of {promised:0.#} of them to {others.Length} robot(s); '{contract.RobotId}' asks for {asked:0.#} and needs at least {RatePromise.Least(asked, policy):0.#}. Start another server, or let robots ask less often."));
    }

    /// <summary>Lets a stream out, with its session if it got that far.</summary>
    public void LeaveStream(RobotSession? session)
    {
        lock (_changing)
        {
            _streams--;
            if (session is not null && _robots.TryGetValue(session.Contract.RobotId, out var registered) && registered == session) _robots.Remove(session.Contract.RobotId);
            Changed();
        }
    }

    /// <summary>Another policy is served under a name from now on: sessions of that name that it fits go on, the others of it end. The inference thread alone.</summary>
    /// <param name="model">Under which name.</param>
    /// <param name="policy">What is served.</param>
    /// <param name="onlyIfFitting">Whether nothing shall change when a session would end.</param>
    /// <returns>How many sessions go on, and the robots of those that end.</returns>
    /// <exception cref="RpcException">A session would end, or the server serves no more; nothing changed.</exception>
    public (int Kept, IReadOnlyList<string> Ended) Serve(ServedModel model, PolicyInfo policy, bool onlyIfFitting)
    {
        lock (_changing)
        {
            RequireReady();
            var sessions = _robots.Values.Where(session => session.Model == model).ToArray();
            var unfit = sessions.Where(session => !session.Fits(policy)).ToArray();
            string[] robots = [.. unfit.Select(session => session.Contract.RobotId).Order(StringComparer.Ordinal)];
            if (onlyIfFitting && robots.Length > 0)
            {
                throw refusals.Because(StatusCode.FailedPrecondition, Reasons.SessionsDoNotFit, $"{policy.Name} {policy.ModelHash} does not fit the sessions of {string.Join(", ", robots)}; nothing was changed. Promote it without only_if_fitting to end them.");
            }

            model.Policy = policy;
            foreach (var session in sessions) session.Forget();
            foreach (var session in unfit) session.End(ModelChanged(model));
            return (sessions.Length - unfit.Length, robots);
        }
    }

    private RpcException ModelChanged(ServedModel model) => refusals.Later(StatusCode.Unavailable, Reasons.ModelChanged,
        $"The server serves {model.Policy?.Name} {model.Policy?.ModelHash} as {model.Name} now, which this session was not agreed on with; open another, with a contract that fits.");

    /// <summary>Lets one call without a session in.</summary>
    /// <exception cref="RpcException">The server is not ready, or too many wait.</exception>
    public void EnterTool()
    {
        lock (_changing)
        {
            RequireReady();
            if (_tools >= MaxTools) throw refusals.Later(StatusCode.ResourceExhausted, Reasons.QueueFull, $"{MaxTools} calls without a session are waiting.");
            _tools++;
        }
    }

    /// <summary>Lets such a call out.</summary>
    public void LeaveTool()
    {
        lock (_changing)
        {
            _tools--;
            Changed();
        }
    }

    /// <summary>Lets an openpi client connect; false when as many are connected as there may be sessions.</summary>
    public bool TryEnterClient()
    {
        lock (_changing)
        {
            if (_clients >= options.MaxSessions) return false;
            _clients++;
            Changed();
            return true;
        }
    }

    /// <summary>Lets such a client out.</summary>
    public void LeaveClient()
    {
        lock (_changing)
        {
            _clients--;
            Changed();
        }
    }

    /// <summary>Lets a connected client's request in; it has one at a time.</summary>
    /// <exception cref="RpcException">The server is not ready.</exception>
    public void EnterRequest()
    {
        lock (_changing)
        {
            RequireReady();
            _asking++;
        }
    }

    /// <summary>Lets such a request out.</summary>
    public void LeaveRequest()
    {
        lock (_changing)
        {
            _asking--;
            Changed();
        }
    }

    /// <summary>Tells every session how long it is still served. Nobody is admitted once the state says draining.</summary>
    /// <returns>How many sessions there are.</returns>
    public int Drain(TimeSpan remaining)
    {
        lock (_changing)
        {
            foreach (var session in _robots.Values) session.Tell(new ServerDraining((long)remaining.TotalNanoseconds));
            Changed();
            return _robots.Count;
        }
    }

    /// <summary>Returns while the server answers; each model has a policy then.</summary>
    /// <exception cref="RpcException">UNAVAILABLE: not yet, or not any more.</exception>
    public void RequireReady()
    {
        var now = state.Now;
        if (now.Phase == ServingPhase.Ready) return;
        throw now switch
        {
            { Phase: ServingPhase.Draining } => refusals.Later(StatusCode.Unavailable, Reasons.Draining, "The server is going away; connect to another."),
            { Phase: ServingPhase.Failed, Lost: { } cause } => refusals.Because(StatusCode.Unavailable, Reasons.PolicyLost, cause),
            { Phase: ServingPhase.Failed } => refusals.Because(StatusCode.Unavailable, Reasons.LoadFailed, "The policy failed and the server is about to end; its log says why."),
            _ => refusals.Later(StatusCode.Unavailable, Reasons.Loading, "The policy is being loaded and warmed up."),
        };
    }

    private void Changed()
    {
        metrics.Sessions["open"].Set(_robots.Count);
        metrics.Sessions["handshake"].Set(_streams - _robots.Count);
        metrics.Sessions["openpi"].Set(_clients);
        if (state.Now.Phase == ServingPhase.Draining && _robots.Count == 0 && _tools == 0 && _asking == 0) _drained.TrySetResult();
    }
}
