using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Contracts.Mapping;
using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Server.Tests.Running;
using Google.Rpc;
using Grpc.Core;

namespace DepthVla.Robot.Server.Tests.Sessions;

public sealed class HandshakeTests
{
    [Fact]
    public async Task Act_FittingContract_IsAcceptedWithModelAndLimit()
    {
        await using var server = await RunningServer.StartAsync(new HoldPolicy(), o => o with { MaxRequestBytes = 1 << 20 });
        await using var session = await server.OpenAsync();

        Assert.NotEmpty(session.Id);
        Assert.Equal(1 << 20, session.MaxRequestBytes);
        Assert.Equal("hold", session.Policy.Name);
        Assert.Equal(["primary", "wrist"], session.Policy.Cameras);
    }

    [Fact]
    public async Task Act_EverythingDiffers_ListsEveryField()
    {
        await using var server = await RunningServer.StartAsync(new HoldPolicy());
        var wrong = new RobotContract
        {
            RobotId = "", ProtocolVersion = 2,
            Cameras = [new("wrist", 640, 480, ImageEncoding.Jpeg), new("primary", 0, 480, ImageEncoding.Jpeg), new("third", 640, 480, ImageEncoding.Jpeg)],
            Joints = [new("waist", JointUnit.Metre, 3, -3, 1, 4)],
            ControlRateHz = 0, ObservationRateHz = -1, StepRateHz = 30, Actions = [ActionRepresentation.JointPosition],
            PinnedModelHash = "m2", PinnedNormalizationHash = "n2",
        };

        var refused = await Assert.ThrowsAsync<ContractRefusedException>(() => server.OpenAsync(wrong));

        Assert.Equal(
            ["cameras", "cameras[0].name", "cameras[1].name", "cameras[1].width", "control_rate_hz", "joints", "joints[0].limits", "joints[0].unit",
             "observation_rate_hz", "pinned_model_hash", "pinned_normalization_hash", "protocol_version", "robot_id", "step_rate_hz"],
            refused.Violations.Select(v => v.Field).Order(StringComparer.Ordinal));
        Assert.Contains("expected 15, got 30", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Act_RawFramesThatNoMessageHolds_IsRefused()
    {
        await using var server = await RunningServer.StartAsync(new HoldPolicy(), o => o with { MaxRequestBytes = 1 << 20 });
        var large = TestRobot.Contract with { Cameras = [new("primary", 640, 480, ImageEncoding.Rgb8), new("wrist", 640, 480, ImageEncoding.Rgb8)] };

        var refused = await Assert.ThrowsAsync<ContractRefusedException>(() => server.OpenAsync(large));

        Assert.Equal("cameras", Assert.Single(refused.Violations).Field);
    }

    [Fact]
    public async Task Act_ContractThatMeansNothing_InvalidArgumentNamesTheFields()
    {
        await using var server = await RunningServer.StartAsync(new HoldPolicy());
        using var stream = RawStream.Begin(server);
        var contract = TestRobot.Contract.ToWire();
        contract.Cameras[1].Encoding = default;
        contract.Joints[0].Unit = default;
        await stream.SendRawAsync(new() { Contract = contract });

        var end = await stream.EndAsync();

        Assert.Equal(StatusCode.InvalidArgument, end.StatusCode);
        Assert.Equal(["cameras[1].encoding", "joints[0].unit"], end.GetRpcStatus()!.GetDetail<BadRequest>()!.FieldViolations.Select(v => v.Field));
    }

    [Fact]
    public async Task Act_FirstIsAnObservation_ContractExpected()
    {
        await using var server = await RunningServer.StartAsync(new HoldPolicy());
        using var stream = RawStream.Begin(server);
        await stream.SendAsync(TestRobot.Observe(1));
        AssertEnd(await stream.EndAsync(), StatusCode.FailedPrecondition, Reasons.ContractExpected);
    }

    [Fact]
    public async Task Act_NothingAtAll_ContractExpected()
    {
        await using var server = await RunningServer.StartAsync(new HoldPolicy());
        using var stream = RawStream.Begin(server);
        await stream.Call.RequestStream.CompleteAsync();
        AssertEnd(await stream.EndAsync(), StatusCode.FailedPrecondition, Reasons.ContractExpected);
    }

    [Fact]
    public async Task Act_ContractThatNeverComes_EndsAfterTheHandshakeTimeout()
    {
        var time = TestTime.Standing();
        await using var server = await RunningServer.StartAsync(new HoldPolicy(), time: time);
        using var stream = RawStream.Begin(server);

        var end = stream.EndAsync();
        await Patience.Until(() => end.IsCompleted, () => time.Advance(TimeSpan.FromSeconds(1))); // the stream may not have arrived yet when the first second passes

        AssertEnd(await end, StatusCode.FailedPrecondition, Reasons.ContractExpected);
    }

    [Fact]
    public async Task Act_SecondContract_EndsTheStream()
    {
        await using var server = await RunningServer.StartAsync(new HoldPolicy());
        using var stream = await RawStream.OpenAsync(server);
        await stream.SendRawAsync(new() { Contract = TestRobot.Contract.ToWire() });
        AssertEnd(await stream.EndAsync(), StatusCode.FailedPrecondition, Reasons.ContractRepeated);
    }

    [Fact]
    public async Task Act_RequestWithNothingInIt_EndsTheStream()
    {
        await using var server = await RunningServer.StartAsync(new HoldPolicy());
        using var stream = await RawStream.OpenAsync(server);
        await stream.SendRawAsync(new());
        AssertEnd(await stream.EndAsync(), StatusCode.InvalidArgument, Reasons.MalformedMessage);
    }

    [Fact]
    public async Task Act_SecondCommander_IsRefusedUntilTheFirstIsGone()
    {
        await using var server = await RunningServer.StartAsync(new HoldPolicy());
        var first = await server.OpenAsync();

        var refused = await Assert.ThrowsAsync<RobotTakenException>(() => server.OpenAsync());
        Assert.Equal(Reasons.RobotTaken, refused.Reason);
        await using var other = await server.OpenAsync(TestRobot.Contract with { RobotId = "robot-2" });

        await first.DisposeAsync();
        await using var second = await server.ReopenAsync();
        Assert.NotEqual(first.Id, second.Id);
    }

    [Fact]
    public async Task Act_MoreSessionsThanAdmitted_IsToldToComeBack()
    {
        await using var server = await RunningServer.StartAsync(new HoldPolicy(), o => o with { MaxSessions = 1 });
        await using var first = await server.OpenAsync();

        var refused = await Assert.ThrowsAsync<PolicyUnavailableException>(() => server.OpenAsync(TestRobot.Contract with { RobotId = "robot-2" }));

        Assert.Equal((StatusCode.ResourceExhausted, Reasons.TooManySessions), (refused.Status, refused.Reason));
        Assert.NotNull(refused.RetryAfter);
    }

    private static void AssertEnd(RpcException end, StatusCode status, string reason) =>
        Assert.Equal((status, reason), (end.StatusCode, PolicyErrors.Translate(end).Reason));
}
