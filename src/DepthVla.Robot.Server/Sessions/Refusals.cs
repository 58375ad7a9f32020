using System.Collections.Immutable;
using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Server.Auditing;
using DepthVla.Robot.Server.Metrics;
using DepthVla.Robot.Server.Policies;
using Grpc.Core;

namespace DepthVla.Robot.Server.Sessions;

/// <summary>Makes the errors that end a call; each is counted, and logged unless its reason is all that the log hears of.</summary>
internal sealed class Refusals(ServerMetrics metrics, TimeProvider time, ILogger<Refusals> logger)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    private readonly RefusalRate _rate = new(time); // what a client sends must not fill the disk

    public RpcException Because(StatusCode status, string reason, string message) => Count(reason, message, PolicyErrors.Create(status, reason, message));

    public RpcException Later(StatusCode status, string reason, string message) => Count(reason, message, PolicyErrors.Create(status, reason, message, Soon));

    public RpcException Invalid(string reason, string message, ImmutableArray<FieldViolation> violations) =>
        Count(reason, $"{message} {string.Join("; ", violations)}", PolicyErrors.Invalid(reason, message, violations));

    public RpcException Mismatch(string robot, ImmutableArray<ContractDifference> differences)
    {
        var error = PolicyErrors.ContractMismatch(differences);
        return Count(Reasons.ContractMismatch, $"robot '{robot}': {string.Join("; ", PolicyErrors.Translate(error).Violations)}", error);
    }

    public RpcException NotServed(string model, ServedModels models) =>
        Count(Reasons.ModelNotServed, $"'{model}'", PolicyErrors.ModelNotServed(model, models.All.Select(one => one.Name)));

    /// <summary>One that is no gRPC status.</summary>
    public void Count(string reason, string message)
    {
        metrics.Rejected[reason].Increment();
        if (_rate.TryTake(reason, out var omitted)) logger.Refused(reason, message, omitted);
    }

    private RpcException Count(string reason, string message, RpcException error)
    {
        Count(reason, message);
        return error;
    }
}
