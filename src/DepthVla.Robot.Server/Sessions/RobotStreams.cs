using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Contracts.Mapping;
using DepthVla.Robot.Server.Access;
using DepthVla.Robot.Server.Options;
using DepthVla.Robot.Server.Policies;
using Grpc.Core;
using Wire = DepthVla.Policy.V1;

namespace DepthVla.Robot.Server.Sessions;

/// <summary>Takes a robot's stream from its first message to its last.</summary>
internal sealed class RobotStreams(
    Admission admission, Handshake handshake, AccessGuard guard, ServingState state, ServerOptions options, TimeProvider time, SessionServices services)
{
    /// <param name="requests">What the robot sends.</param>
    /// <param name="responses">What it hears.</param>
    /// <param name="call">The call, let in.</param>
    /// <param name="clientGone">The client or the connection ended the call.</param>
    /// <exception cref="RpcException">The stream was refused, broke the protocol, or the server went away.</exception>
    public async Task RunAsync(
        IAsyncStreamReader<Wire.ActRequest> requests, IServerStreamWriter<Wire.ActResponse> responses, HttpContext call, CancellationToken clientGone)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(clientGone, state.Over);
        admission.EnterStream();
        RobotSession? session = null;
        try
        {
            var agreed = await handshake.AgreeAsync(requests, end.Token);
            var contract = agreed.Contract;
            var known = KnownCall.Of(call);
            if (guard.Command(known, contract.RobotId) is { } forbidden) throw services.Refusals.Because(forbidden.Status, forbidden.Reason, forbidden.Message);
            var candidate = new RobotSession(Guid.NewGuid().ToString("N"), agreed, known.Caller.Name, ObservationCheck.For(contract, options.MaxInstructionLength), services);
            admission.Register(candidate);
            session = candidate;
            services.Logger.Opened(contract.RobotId, session.Id, agreed.Model.Name);
            PeerWatch.Begin(call, options.SendTimeout);

            var writer = new TimedWriter(responses, options.SendTimeout, time, call.Abort);
            var accepted = new Wire.SessionAccepted { SessionId = session.Id, Model = agreed.Policy.ToWire(), MaxRequestBytes = options.MaxRequestBytes, PromisedRateHz = session.PromisedRateHz, ServerUnixTimeNs = Math.Max(0, (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks) * TimeSpan.NanosecondsPerTick };
            await writer.WriteAsync(new() { Accepted = accepted });
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(end.Token, session.Ended);
            await session.RunAsync(requests, writer, ended.Token);
        }
        catch (OperationCanceledException) when (session is { WhyEnded: { } why } && !clientGone.IsCancellationRequested && !state.Over.IsCancellationRequested)
        {
            throw why;
        }
        catch (OperationCanceledException) when (state.Over.IsCancellationRequested && !clientGone.IsCancellationRequested)
        {
            throw state.Now.Lost is { } cause
                ? PolicyErrors.Create(StatusCode.Unavailable, Reasons.PolicyLost, cause)
                : PolicyErrors.Create(StatusCode.Unavailable, Reasons.Draining, "The server is going away; connect to another.");
        }
        finally
        {
            admission.LeaveStream(session);
            if (session is not null)
            {
                services.Logger.Closed(session.Contract.RobotId, session.Id);
                session.Dispose();
            }
        }
    }
}
