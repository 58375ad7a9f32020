using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Contracts.Mapping;
using DepthVla.Robot.Server.Access;
using DepthVla.Robot.Server.Auditing;
using DepthVla.Robot.Server.Policies;
using DepthVla.Robot.Server.Trust;
using Google.Protobuf;
using Grpc.Core;
using Wire = DepthVla.Policy.V1;

namespace DepthVla.Robot.Server.Sessions;

/// <summary>The wire's end of the service: hands calls on, and turns whatever goes wrong into a status that tells the client enough and no more.</summary>
[NeedsScope(Scope.Infer)]
internal sealed class PolicyGrpcService(
    RobotStreams streams, ToolCalls tools, ServedModels models, Admission admission, OpenCalls calls, Refusals refusals, AuditLog audit, ILogger<PolicyGrpcService> logger)
    : Wire.PolicyService.PolicyServiceBase
{
    public override Task<Wire.GetModelInfoResponse> GetModelInfo(Wire.GetModelInfoRequest request, ServerCallContext context)
    {
        admission.RequireReady();
        Wire.ServedModel[] all = [.. models.All.Select(model => new Wire.ServedModel { Name = model.Name, Model = model.Policy!.ToWire() })];
        return Task.FromResult(new Wire.GetModelInfoResponse { Model = all[0].Model, Models = { all } });
    }

    public override async Task<Wire.InferResponse> Infer(Wire.InferRequest request, ServerCallContext context)
    {
        calls.Begin(context.GetHttpContext());
        try
        {
            return new() { Chunk = (await tools.InferAsync(request, context.CancellationToken)).ToWire(sessionId: "") };
        }
        catch (Exception e)
        {
            throw Audited(Explain(e, context), context);
        }
    }

    [LimitedRate]
    public override async Task Act(IAsyncStreamReader<Wire.ActRequest> requestStream, IServerStreamWriter<Wire.ActResponse> responseStream, ServerCallContext context)
    {
        calls.Begin(context.GetHttpContext());
        try
        {
            await streams.RunAsync(requestStream, responseStream, context.GetHttpContext(), context.CancellationToken);
        }
        catch (Exception e)
        {
            throw Audited(Explain(e, context), context);
        }
    }

    // A server that is not there yet, or not any more, refuses nobody in particular; nor do a client that left and a fault of our own.
    private RpcException Audited(RpcException refusal, ServerCallContext context)
    {
        if (refusal.StatusCode is StatusCode.Unavailable or StatusCode.Cancelled or StatusCode.Internal or StatusCode.DeadlineExceeded) return refusal;
        var call = KnownCall.Of(context.GetHttpContext());
        var said = PolicyErrors.Translate(refusal);
        audit.Refused(call.Origin, call.Caller, said.Status, said.Reason, said.Message);
        return refusal;
    }

    private RpcException Explain(Exception exception, ServerCallContext context)
    {
        switch (exception)
        {
            case var _ when context.CancellationToken.IsCancellationRequested:
            case OperationCanceledException: // the stream was reset already
                return new RpcException(new Status(StatusCode.Cancelled, "The call ended."));
            case RpcException { StatusCode: StatusCode.ResourceExhausted } full when full.Trailers.Count == 0: // gRPC's own, without details
                return refusals.Because(StatusCode.ResourceExhausted, Reasons.MessageTooLarge, $"{full.Status.Detail} See max_request_bytes.");
            case RpcException own:
                return own;
            case InvalidProtocolBufferException or InvalidDataException:
                return refusals.Because(StatusCode.InvalidArgument, Reasons.MalformedMessage, "Bytes that are no message of this protocol.");
            case IOException:
                return new RpcException(new Status(StatusCode.Unavailable, "The connection broke."));
            default:
                logger.Unexpected(exception);
                return refusals.Because(StatusCode.Internal, Reasons.Internal, "A fault of the server; its log says more.");
        }
    }
}
