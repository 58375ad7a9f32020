using System.Collections.Immutable;
using DepthVla.Robot.Core.Policies;
using Grpc.Core;

namespace DepthVla.Robot.Contracts.Errors;

/// <summary>The errors of the policy service: made on the server, read on the robot.</summary>
public static class PolicyErrors
{
    /// <summary>An error without fields. <paramref name="message"/> goes to the client: no stack traces.</summary>
    /// <param name="status">The gRPC status.</param>
    /// <param name="reason">One of <see cref="Reasons"/>.</param>
    /// <param name="message">For people.</param>
    /// <param name="retryAfter">When to come back, where that may help.</param>
    public static RpcException Create(StatusCode status, string reason, string message, TimeSpan? retryAfter = null) =>
        new ServiceError(status, reason, message) { RetryAfter = retryAfter }.ToRpcException();

    /// <summary>FAILED_PRECONDITION with one violation a difference.</summary>
    public static RpcException ContractMismatch(ImmutableArray<ContractDifference> differences) =>
        new ServiceError(StatusCode.FailedPrecondition, Reasons.ContractMismatch, "The robot's contract does not fit the policy.")
        {
            Violations = [.. differences.Select(d => new FieldViolation(d.Field, $"expected {MessageText.Shorten(d.Expected)}, got {MessageText.Shorten(d.Actual)}; {d.Remedy}"))],
        }.ToRpcException();

    /// <summary>NOT_FOUND with the names that there are.</summary>
    /// <param name="model">The name that was asked for.</param>
    /// <param name="served">The names of all models that are served.</param>
    public static RpcException ModelNotServed(string model, IEnumerable<string> served) =>
        new ServiceError(StatusCode.NotFound, Reasons.ModelNotServed, "The server serves no model of that name.")
        {
            Violations = [new("model", $"expected one of {string.Join(", ", served)}, got {(model.Length == 0 ? "nothing" : MessageText.Shorten(model))}; name one that is served, or serve it (--model NAME=FOLDER)")],
        }.ToRpcException();

    /// <summary>INVALID_ARGUMENT with one violation a field.</summary>
    public static RpcException Invalid(string reason, string message, ImmutableArray<FieldViolation> violations) =>
        new ServiceError(StatusCode.InvalidArgument, reason, message) { Violations = violations }.ToRpcException();

    /// <summary>The typed exception for what the server said.</summary>
    public static PolicyServiceException Translate(RpcException exception)
    {
        var error = ServiceError.From(exception);
        return error.Status switch
        {
            StatusCode.FailedPrecondition when error.Reason == Reasons.ContractMismatch => new ContractRefusedException(error, exception),
            StatusCode.NotFound when error.Reason == Reasons.ModelNotServed => new ContractRefusedException(error, exception),
            StatusCode.AlreadyExists => new RobotTakenException(error, exception),
            StatusCode.Unavailable => new PolicyUnavailableException(error, exception),
            _ when exception.Status.DebugException is IOException or HttpRequestException => new PolicyUnavailableException(error, exception), // no word from a server: the link broke
            StatusCode.ResourceExhausted when error.RetryAfter is not null => new PolicyUnavailableException(error, exception),
            _ => new PolicyServiceException(error, exception),
        };
    }
}
