using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Contracts.Events;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Server.Options;
using DepthVla.Robot.Server.Policies;
using DepthVla.Robot.Server.Scheduling;
using Grpc.Core;
using Wire = DepthVla.Policy.V1;

namespace DepthVla.Robot.Server.Sessions;

/// <summary>Answers single observations without a session. They wait until no robot does.</summary>
internal sealed class ToolCalls(
    Admission admission, ServedModels models, InferenceQueue queue, ServingState state, ServerOptions options, MonotonicClock clock, Refusals refusals)
{
    /// <exception cref="RpcException">There is no chunk; the status says why.</exception>
    /// <exception cref="OperationCanceledException">The client is gone.</exception>
    public async Task<ActionChunk> InferAsync(Wire.InferRequest request, CancellationToken clientGone)
    {
        var receivedNs = clock.NowNs;
        admission.EnterTool();
        try
        {
            var model = request.Model.Length == 0 ? models.First : models.Find(request.Model) ?? throw refusals.NotServed(request.Model, models);
            var (message, policy) = (request.Observation ?? new(), model.Policy!);
            return await AskAsync(new(new ToolAsker(model, policy), Read(message, policy), receivedNs, message.AgeNs), clientGone);
        }
        finally
        {
            admission.LeaveTool();
        }
    }

    /// <summary>The same for a client that stays connected, and waits for an answer before it asks again.</summary>
    /// <param name="observation">What it asks.</param>
    /// <param name="model">Which it asks.</param>
    /// <param name="policy">What it was told of that.</param>
    /// <param name="receivedNs">When that came, on the server's clock.</param>
    /// <param name="clientGone">The client is gone.</param>
    /// <inheritdoc cref="InferAsync"/>
    public async Task<ActionChunk> InferForClientAsync(Observation observation, ServedModel model, PolicyInfo policy, long receivedNs, CancellationToken clientGone)
    {
        admission.EnterRequest();
        try
        {
            return await AskAsync(new(new ToolAsker(model, policy), observation, receivedNs, AgeNs: 0), clientGone);
        }
        finally
        {
            admission.LeaveRequest();
        }
    }

    private async Task<ActionChunk> AskAsync(PendingObservation asked, CancellationToken clientGone)
    {
        var asker = (ToolAsker)asked.Asker;
        try
        {
            queue.Put(asked);
            using var end = CancellationTokenSource.CreateLinkedTokenSource(clientGone, state.Over);
            return ToChunk(await asker.Answered.WaitAsync(end.Token));
        }
        catch (OperationCanceledException) when (state.Over.IsCancellationRequested && !clientGone.IsCancellationRequested)
        {
            throw refusals.Later(StatusCode.Unavailable, Reasons.Draining, "The server is going away; connect to another.");
        }
        finally
        {
            queue.Withdraw(asker);
        }
    }

    private Observation Read(Wire.Observation message, PolicyInfo policy)
    {
        if (message.SessionId.Length > 0)
        {
            throw refusals.Invalid(Reasons.SessionWrong, "A call without a session.", [new("session_id", "expected nothing; sessions use Act")]);
        }

        if (ObservationCheck.For(policy, options.MaxInstructionLength).TryRead(message, out var observation, out var refusal)) return observation;
        throw refusals.Invalid(refusal.Reason, "The observation cannot be used.", refusal.Violations);
    }

    private ActionChunk ToChunk(SessionEvent answer) => answer switch
    {
        ChunkArrived(var chunk) => chunk,
        ObservationUnanswered { Result: UnansweredResult.Expired } =>
            throw refusals.Because(StatusCode.DeadlineExceeded, Reasons.BudgetSpent, "The budget was spent before inference could begin."),
        ObservationUnanswered { Result: UnansweredResult.Invalid } invalid =>
            throw refusals.Invalid(invalid.Reason, "The observation cannot be used.", [new("observation", invalid.Message)]),
        ObservationUnanswered { Reason: Reasons.ModelChanged } other => throw refusals.Later(StatusCode.Unavailable, other.Reason, other.Message),
        ObservationUnanswered other => throw refusals.Because(StatusCode.Internal, other.Reason, other.Message),
        _ => throw new ArgumentOutOfRangeException(nameof(answer), answer, "no such answer"),
    };

    private sealed class ToolAsker(ServedModel model, PolicyInfo policy) : IAsker
    {
        private readonly TaskCompletionSource<SessionEvent> _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsRobot => false;

        public ServedModel Model => model;

        public bool Fits(PolicyInfo served) => served == policy || PolicyFit.IsAlike(served, policy);

        public Task<SessionEvent> Answered => _answered.Task;

        public void Answer(PendingObservation asked, SessionEvent answer) => _answered.TrySetResult(answer);
    }
}
