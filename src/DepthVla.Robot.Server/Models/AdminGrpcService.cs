using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Contracts.Mapping;
using DepthVla.Robot.Server.Sessions;
using DepthVla.Robot.Server.Trust;
using Grpc.Core;
using Wire = DepthVla.Admin.V1;

namespace DepthVla.Robot.Server.Models;

/// <summary>The wire's end of what administrators do with models.</summary>
[NeedsScope(Scope.Admin)]
internal sealed class AdminGrpcService(ModelExchange models, ModelsFolder folder, Admission admission, Refusals refusals, ILogger<AdminGrpcService> logger) : Wire.AdminService.AdminServiceBase
{
    public override Task<Wire.ListModelsResponse> ListModels(Wire.ListModelsRequest request, ServerCallContext context) => AnswerAsync(() => Task.FromResult(
        new Wire.ListModelsResponse { Served = admission.RequireReady().ToWire(), Standby = models.Standby?.ToWire(), CanRollBack = models.CanRollBack, Checkpoints = { folder.Checkpoints } }));

    public override Task<Wire.LoadModelResponse> LoadModel(Wire.LoadModelRequest request, ServerCallContext context) => AnswerAsync(async () =>
        new Wire.LoadModelResponse { Model = (await models.LoadAsync(request.Path)).ToWire() });

    public override Task<Wire.PromoteModelResponse> PromoteModel(Wire.PromoteModelRequest request, ServerCallContext context) => AnswerAsync(async () =>
    {
        var done = await models.PromoteAsync(request.Model, request.OnlyIfFitting);
        return new Wire.PromoteModelResponse { Model = done.Policy.ToWire(), SessionsKept = (uint)done.Kept, SessionsEnded = { done.Ended } };
    });

    public override Task<Wire.RollbackModelResponse> RollbackModel(Wire.RollbackModelRequest request, ServerCallContext context) => AnswerAsync(async () =>
    {
        var done = await models.RollBackAsync(request.OnlyIfFitting);
        return new Wire.RollbackModelResponse { Model = done.Policy.ToWire(), SessionsKept = (uint)done.Kept, SessionsEnded = { done.Ended } };
    });

    private async Task<T> AnswerAsync<T>(Func<Task<T>> answer)
    {
        try { return await answer(); }
        catch (Exception e) when (e is not RpcException)
        {
            logger.Unexpected(e);
            throw refusals.Because(StatusCode.Internal, Reasons.Internal, "A fault of the server; its log says more.");
        }
    }
}
