using System.Collections.Immutable;
using Grpc.Core;

namespace DepthVla.Robot.Contracts.Errors;

/// <summary>The server refused or failed a call. A subclass for each thing that a caller would do differently.</summary>
public class PolicyServiceException : Exception
{
    internal PolicyServiceException(ServiceError error, RpcException cause)
        : base(error.Violations.IsEmpty ? error.Message : $"{error.Message} {string.Join("; ", error.Violations)}", cause) => Error = error;

    /// <summary>The gRPC status.</summary>
    public StatusCode Status => Error.Status;

    /// <summary>One of <see cref="Reasons"/>, or empty when the server gave none.</summary>
    public string Reason => Error.Reason;

    /// <summary>The fields at fault; empty when the error is about none.</summary>
    public ImmutableArray<FieldViolation> Violations => Error.Violations;

    private protected ServiceError Error { get; }
}

/// <summary>Robot and policy do not fit, or no model has the name that the robot wants: <see cref="PolicyServiceException.Violations"/> lists every difference. Do not retry; change one of the two.</summary>
public sealed class ContractRefusedException : PolicyServiceException
{
    internal ContractRefusedException(ServiceError error, RpcException cause)
        : base(error, cause)
    {
    }
}

/// <summary>Another stream commands this robot. Retry if that was this robot's own, a moment ago: once it has been silent for some seconds it gives way.</summary>
public sealed class RobotTakenException : PolicyServiceException
{
    internal RobotTakenException(ServiceError error, RpcException cause)
        : base(error, cause)
    {
    }
}

/// <summary>The server is not there, still loading, draining or full. Retry later.</summary>
public sealed class PolicyUnavailableException : PolicyServiceException
{
    internal PolicyUnavailableException(ServiceError error, RpcException cause)
        : base(error, cause)
    {
    }

    /// <summary>How long the server asks to wait before the next attempt, or null when it did not say.</summary>
    public TimeSpan? RetryAfter => Error.RetryAfter;
}
