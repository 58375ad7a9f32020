using System.Collections.Immutable;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;

namespace DepthVla.Robot.Contracts.Errors;

/// <summary>What an error says on the wire: a gRPC status, <see cref="ErrorInfo"/>, the fields at fault, when to come back. The one place that knows the details' format.</summary>
internal sealed record ServiceError(StatusCode Status, string Reason, string Message)
{
    private const string Domain = "depthvla.policy.v1";
    private const string ViolationType = "CONTRACT";

    // Details travel in one HTTP trailer, and peers cap all headers together at 8 KiB; base64 adds a third.
    private const int MaxDetailBytes = 4096;
    private const int MaxMessageLength = 1024;

    public ImmutableArray<FieldViolation> Violations { get; init; } = [];

    public TimeSpan? RetryAfter { get; init; }

    public RpcException ToRpcException()
    {
        var status = new Google.Rpc.Status { Code = (int)Status, Message = Message.Length <= MaxMessageLength ? Message : Message[..MaxMessageLength] + " …" };
        status.Details.Add(Any.Pack(new ErrorInfo { Domain = Domain, Reason = Reason }));
        if (RetryAfter is { } wait) status.Details.Add(Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(wait) }));
        if (!Violations.IsEmpty) status.Details.Add(Any.Pack(PackViolations(Violations)));
        return status.ToRpcException();
    }

    public static ServiceError From(RpcException exception)
    {
        var error = new ServiceError(exception.StatusCode, "", exception.Status.Detail);
        try
        {
            if (exception.GetRpcStatus() is not { } status) return error;
            return error with
            {
                Reason = status.GetDetail<ErrorInfo>() is { Domain: Domain } info ? info.Reason : "",
                RetryAfter = status.GetDetail<RetryInfo>()?.RetryDelay?.ToTimeSpan(),
                Violations =
                [
                    .. status.GetDetail<PreconditionFailure>()?.Violations.Select(v => new FieldViolation(v.Subject, v.Description)) ?? [],
                    .. status.GetDetail<BadRequest>()?.FieldViolations.Select(v => new FieldViolation(v.Field, v.Description)) ?? [],
                ],
            };
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or FormatException or InvalidOperationException or OverflowException)
        {
            return error; // broken details must not hide the status they came with
        }
    }

    private IMessage PackViolations(ImmutableArray<FieldViolation> violations)
    {
        var shown = Fitting(violations);
        if (Status == StatusCode.FailedPrecondition)
        {
            var failure = new PreconditionFailure();
            failure.Violations.AddRange(shown.Select(v => new PreconditionFailure.Types.Violation
            {
                Type = ViolationType, Subject = v.Field, Description = v.Description,
            }));
            return failure;
        }

        var request = new BadRequest();
        request.FieldViolations.AddRange(shown.Select(v => new BadRequest.Types.FieldViolation { Field = v.Field, Description = v.Description }));
        return request;
    }

    private static List<FieldViolation> Fitting(ImmutableArray<FieldViolation> violations)
    {
        var shown = new List<FieldViolation>();
        var bytes = 0;
        foreach (var violation in violations)
        {
            bytes += 16 + Encoding.UTF8.GetByteCount(violation.Field) + Encoding.UTF8.GetByteCount(violation.Description);
            if (bytes > MaxDetailBytes) break;
            shown.Add(violation);
        }

        if (shown.Count < violations.Length) shown.Add(new("…", $"and {violations.Length - shown.Count} more"));
        return shown;
    }
}
