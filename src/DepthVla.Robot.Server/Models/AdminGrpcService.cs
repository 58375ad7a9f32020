using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Contracts.Mapping;
using DepthVla.Robot.Server.Policies;
using DepthVla.Robot.Server.Sessions;
using DepthVla.Robot.Server.Trust;
using Grpc.Core;
using Wire = DepthVla.Admin.V1;

namespace DepthVla.Robot.Server.Models;

/// <summary>The wire's end of what administrators do with models.</summary>
[NeedsScope(Scope.Admin), LimitedRate]
internal sealed class AdminGrpcService(ModelExchange exchange, ServedModels models, ModelsFolder folder, Admission admission, Refusals refusals, ILogger<AdminGrpcService> logger) : Wire.AdminService.AdminServiceBase
{
    public override Task<Wire.ListModelsResponse> ListModels(Wire.ListModelsRequest request, ServerCallContext context) => AnswerAsync(() =>
    {
        admission.RequireReady();
        Wire.NamedModel[] all = [.. models.All.Select(ToWire)];
        return Task.FromResult(new Wire.ListModelsResponse { Served = all[0].Served, Standby = all[0].Standby, CanRollBack = all[0].CanRollBack, Checkpoints = { folder.Checkpoints }, Models = { all } });
    });

    public override Task<Wire.LoadModelResponse> LoadModel(Wire.LoadModelRequest request, ServerCallContext context) => AnswerAsync(async () =>
        new Wire.LoadModelResponse { Model = (await exchange.LoadAsync(request.Name, request.Path)).ToWire() });

    public override Task<Wire.PromoteModelResponse> PromoteModel(Wire.PromoteModelRequest request, ServerCallContext context) => AnswerAsync(async () =>
    {
        var done = await exchange.PromoteAsync(request.Name, request.Model, request.OnlyIfFitting);
        return new Wire.PromoteModelResponse { Model = done.Policy.ToWire(), SessionsKept = (uint)done.Kept, SessionsEnded = { done.Ended } };
    });

    public override Task<Wire.RollbackModelResponse> RollbackModel(Wire.RollbackModelRequest request, ServerCallContext context) => AnswerAsync(async () =>
    {
        var done = await exchange.RollBackAsync(request.Name, request.OnlyIfFitting);
        return new Wire.RollbackModelResponse { Model = done.Policy.ToWire(), SessionsKept = (uint)done.Kept, SessionsEnded = { done.Ended } };
    });

    private static Wire.NamedModel ToWire(ServedModel model) =>
        new() { Name = model.Name, Served = model.Policy!.ToWire(), Standby = model.Standby?.ToWire(), CanRollBack = model.CanRollBack };

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
