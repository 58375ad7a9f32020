using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Contracts.Remote;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Server.Tests.Running;
using Grpc.Core;
using Wire = DepthVla.Policy.V1;

namespace DepthVla.Robot.Server.Tests.Sessions;

public sealed class ToolCallTests
{
    [Fact]
    public async Task Infer_ThroughRemotePolicy_IsThePolicy()
    {
        await using var server = await RunningServer.StartAsync(new HoldPolicy());
        var remote = await ConnectAsync(server);

        var chunk = await remote.InferAsync(TestRobot.Observe(7), TestContext.Current.CancellationToken);

        Assert.Equal("hold", remote.Info.Name);
        Assert.Equal((7, 4, 2), (chunk.BasedOnSequence, chunk.Steps, chunk.Dims));
    }

    [Fact]
    public async Task Infer_UnusableObservation_ThrowsAsALocalPolicyWould()
    {
        var policy = new HoldPolicy { Scripts = { ["blurred"] = _ => throw new InvalidObservationException("frames[wrist]", "truncated") } };
        await using var server = await RunningServer.StartAsync(policy);
        var remote = await ConnectAsync(server);

        var malformed = await Assert.ThrowsAsync<InvalidObservationException>(() => InferAsync(remote, TestRobot.Observe(1) with { Instruction = " " }));
        var unusable = await Assert.ThrowsAsync<InvalidObservationException>(() => InferAsync(remote, TestRobot.Observe(1, "blurred")));

        Assert.Equal("instruction", malformed.Field);
        Assert.Contains("frames[wrist]: truncated", unusable.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Infer_NothingOrASessionId_InvalidArgument()
    {
        await using var server = await RunningServer.StartAsync(new HoldPolicy());
        var client = server.Client();

        var nothing = await Assert.ThrowsAsync<RpcException>(() => Infer(new()));
        var session = await Assert.ThrowsAsync<RpcException>(() => Infer(new() { Observation = TestRobot.Request("s", TestRobot.Observe(1)).Observation }));

        Assert.Equal((StatusCode.InvalidArgument, Reasons.FieldInvalid), (nothing.StatusCode, PolicyErrors.Translate(nothing).Reason));
        Assert.Equal((StatusCode.InvalidArgument, Reasons.SessionWrong), (session.StatusCode, PolicyErrors.Translate(session).Reason));

        Task Infer(Wire.InferRequest request) => client.InferAsync(request, cancellationToken: TestContext.Current.CancellationToken).ResponseAsync.Soon();
    }

    [Fact]
    public async Task Infer_PolicyFails_InternalWithoutDetails()
    {
        var policy = new HoldPolicy { Scripts = { ["fail"] = _ => throw new InvalidOperationException("secret") } };
        await using var server = await RunningServer.StartAsync(policy);
        var remote = await ConnectAsync(server);

        var failed = await Assert.ThrowsAsync<PolicyServiceException>(() => InferAsync(remote, TestRobot.Observe(1, "fail")));

        Assert.Equal((StatusCode.Internal, Reasons.PolicyFailed), (failed.Status, failed.Reason));
        Assert.DoesNotContain("secret", failed.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Infer_BudgetSpentOnTheWay_DeadlineExceeded()
    {
        await using var server = await RunningServer.StartAsync(new HoldPolicy());
        var robotTime = TestTime.Standing();
        var remote = await ConnectAsync(server, robotTime);
        var observation = TestRobot.Observe(1, budgetMs: 210) with { CaptureTimeNs = new MonotonicClock(robotTime).NowNs };
        robotTime.Advance(TimeSpan.FromMilliseconds(210));

        var spent = await Assert.ThrowsAsync<PolicyServiceException>(() => InferAsync(remote, observation));

        Assert.Equal((StatusCode.DeadlineExceeded, Reasons.BudgetSpent), (spent.Status, spent.Reason));
    }

    [Fact]
    public async Task Infer_MoreThanMayWait_IsToldToComeBackAndRoomIsMadeWhenOneGivesUp()
    {
        var policy = new GatedPolicy();
        await using var server = await RunningServer.StartAsync(policy);
        var remote = await ConnectAsync(server);
        using var givingUp = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

        // Eight are admitted; the ninth and those after are refused. Which is which is the network's choice.
        var calls = Enumerable.Range(1, 10).Select(i => remote.InferAsync(TestRobot.Observe(i), givingUp.Token).AsTask()).ToList();
        for (var i = 0; i < 2; i++)
        {
            var refused = await Task.WhenAny(calls).Soon();
            calls.Remove(refused);
            Assert.Equal(Reasons.QueueFull, (await Assert.ThrowsAsync<PolicyUnavailableException>(() => refused)).Reason);
        }

        await policy.EnteredAsync();
        await givingUp.CancelAsync();
        foreach (var call in calls) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Soon());
        for (var i = 0; i < 20; i++) policy.Release(); // enough for any that are asked before they are withdrawn

        while (true)
        {
            try
            {
                Assert.Equal(20, (await InferAsync(remote, TestRobot.Observe(20))).BasedOnSequence);
                break;
            }
            catch (PolicyUnavailableException)
            {
                // the server has not heard yet
            }
        }
    }

    private static Task<RemotePolicy> ConnectAsync(RunningServer server, TimeProvider? time = null) =>
        RemotePolicy.ConnectAsync(server.Connect(), new MonotonicClock(time ?? TimeProvider.System), TestContext.Current.CancellationToken);

    private static Task<ActionChunk> InferAsync(RemotePolicy remote, Observation observation) =>
        remote.InferAsync(observation, TestContext.Current.CancellationToken).AsTask().Soon();
}
