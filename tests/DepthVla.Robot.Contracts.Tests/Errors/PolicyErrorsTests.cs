using System.Collections.Immutable;
using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Core.Policies;
using Google.Rpc;
using Grpc.Core;

namespace DepthVla.Robot.Contracts.Tests.Errors;

public sealed class PolicyErrorsTests
{
    private static readonly ImmutableArray<ContractDifference> Two =
    [
        new("joints[0].unit", "Radian", "Metre", "convert in the driver"),
        new("step_rate_hz", "15", "10", "set the robot's step rate to the policy's"),
    ];

    [Fact]
    public void ContractMismatch_ReadBack_ListsEveryDifference()
    {
        var refused = Assert.IsType<ContractRefusedException>(PolicyErrors.Translate(PolicyErrors.ContractMismatch(Two)));

        Assert.Equal(StatusCode.FailedPrecondition, refused.Status);
        Assert.Equal(Reasons.ContractMismatch, refused.Reason);
        Assert.Equal(Two.Select(d => d.ToString()), refused.Violations.Select(v => v.ToString()));
        Assert.All(Two, d => Assert.Contains(d.Field, refused.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void ContractMismatch_OnTheWire_IsAPreconditionFailureAndErrorInfo()
    {
        var status = PolicyErrors.ContractMismatch(Two).GetRpcStatus()!;
        Assert.Equal(["joints[0].unit", "step_rate_hz"], status.GetDetail<PreconditionFailure>()!.Violations.Select(v => v.Subject));
        Assert.Equal("depthvla.policy.v1", status.GetDetail<ErrorInfo>()!.Domain);
        Assert.Equal("CONTRACT_MISMATCH", status.GetDetail<ErrorInfo>()!.Reason);
    }

    [Fact]
    public void ContractMismatch_HostileContract_FitsAnHttpHeader()
    {
        var many = Enumerable.Range(0, 500).Select(i => new ContractDifference($"cameras[{i}].name", "wrist", new string('ü', 100_000), "fix it")).ToImmutableArray();

        var exception = PolicyErrors.ContractMismatch(many);

        Assert.InRange(exception.Trailers.Sum(t => t.IsBinary ? t.ValueBytes.Length : t.Value.Length), 1, 5000);
        Assert.EndsWith("more", PolicyErrors.Translate(exception).Violations[^1].Description, StringComparison.Ordinal);
    }

    [Fact]
    public void Invalid_ReadBack_KeepsReasonAndFields()
    {
        var exception = PolicyErrors.Invalid(Reasons.FieldInvalid, "no", [new("frames[0].width", "expected 1 to 8192, got 0")]);
        var read = PolicyErrors.Translate(exception);
        Assert.Equal((StatusCode.InvalidArgument, Reasons.FieldInvalid), (read.Status, read.Reason));
        Assert.Equal("frames[0].width", Assert.Single(read.Violations).Field);
        Assert.NotNull(exception.GetRpcStatus()!.GetDetail<BadRequest>());
    }

    [Fact]
    public void Create_WithRetry_ReadBackAsUnavailable()
    {
        var wait = TimeSpan.FromSeconds(1.5);
        Assert.Equal(wait, Assert.IsType<PolicyUnavailableException>(PolicyErrors.Translate(PolicyErrors.Create(StatusCode.Unavailable, Reasons.Loading, "soon", wait))).RetryAfter);
        Assert.Equal(wait, Assert.IsType<PolicyUnavailableException>(PolicyErrors.Translate(PolicyErrors.Create(StatusCode.ResourceExhausted, Reasons.QueueFull, "full", wait))).RetryAfter);
    }

    [Fact]
    public void Translate_AlreadyExists_IsRobotTaken() =>
        Assert.IsType<RobotTakenException>(PolicyErrors.Translate(PolicyErrors.Create(StatusCode.AlreadyExists, Reasons.RobotTaken, "taken")));

    [Theory]
    [InlineData(new byte[] { 255, 255, 255 })]
    [InlineData(new byte[] { 8, 3, 26, 2, 10, 0 })]
    public void Translate_BrokenDetails_KeepsTheStatus(byte[] details)
    {
        var exception = new RpcException(new Grpc.Core.Status(StatusCode.Internal, "gone wrong"), new Metadata { { "grpc-status-details-bin", details } });
        var read = PolicyErrors.Translate(exception);
        Assert.Equal((StatusCode.Internal, "", "gone wrong"), (read.Status, read.Reason, read.Message));
    }
}
