using DepthVla.Robot.Server.Policies;
using DepthVla.Robot.Server.Trust;
using Grpc.Core;
using Grpc.Health.V1;

namespace DepthVla.Robot.Server.Health;

/// <summary><c>grpc.health.v1</c> for the server as a whole ("") and for the policy service: SERVING while the policy is ready.</summary>
[NeedsScope(Scope.None)]
internal sealed class HealthGrpcService(ServingState state) : Grpc.Health.V1.Health.HealthBase
{
    private static readonly string PolicyService = DepthVla.Policy.V1.PolicyService.Descriptor.FullName;

    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context) => IsKnown(request)
        ? Task.FromResult(new HealthCheckResponse { Status = Status })
        : throw new RpcException(new Status(StatusCode.NotFound, $"Unknown service; known are \"\" and {PolicyService}."));

    public override async Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, state.Over);
        HealthCheckResponse.Types.ServingStatus? told = null;
        try
        {
            while (true)
            {
                var changed = state.Changed;
                var status = IsKnown(request) ? Status : HealthCheckResponse.Types.ServingStatus.ServiceUnknown;
                if (status != told) await responseStream.WriteAsync(new() { Status = status }, end.Token);
                told = status;
                await changed.WaitAsync(end.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // the watcher left, or the server goes away
        }
    }

    private HealthCheckResponse.Types.ServingStatus Status => state.Now.Phase == ServingPhase.Ready
        ? HealthCheckResponse.Types.ServingStatus.Serving
        : HealthCheckResponse.Types.ServingStatus.NotServing;

    private static bool IsKnown(HealthCheckRequest request) => request.Service.Length == 0 || request.Service == PolicyService;
}
