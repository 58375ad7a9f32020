using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Contracts.Events;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Server.Policies;
using DepthVla.Robot.Server.Tests.Running;
using Grpc.Core;

namespace DepthVla.Robot.Server.Tests.Sessions;

public sealed class PolicyFaultTests
{
    public static TheoryData<Func<ActionChunk, ActionChunk>> BrokenChunks => new()
    {
        chunk => throw new InvalidOperationException("secret: /home/model"),
        chunk => chunk with { Actions = new float[] { 0, 0, 0, 0, 0, 0, 0, float.NaN } },
        chunk => chunk with { Actions = new float[7] },
        chunk => chunk with { Steps = 5 },
        chunk => chunk with { Dims = 1 },
        chunk => chunk with { BasedOnSequence = 77 },
        chunk => chunk with { StepPeriodNs = 0 },
        chunk => chunk with { StepValidNs = long.MaxValue },
        chunk => chunk with { FirstStepTimeNs = -1 },
        chunk => chunk with { ModelHash = "" },
        chunk => chunk with { Depth = [new("primary", -1, 4, new float[4])] },
        chunk => chunk with { Depth = [new("primary", 2, 2, new float[3])] },
        chunk => null!,
    };

    [Theory, MemberData(nameof(BrokenChunks), DisableDiscoveryEnumeration = true)]
    public async Task Act_PolicyFails_IsToldWithoutDetailsAndTheStreamLives(Func<ActionChunk, ActionChunk> script)
    {
        await using var server = await RunningServer.StartAsync(new HoldPolicy { Scripts = { ["fail"] = script } });
        using var stream = await RawStream.OpenAsync(server);

        await stream.SendAsync(TestRobot.Observe(1, "fail"));
        var failed = Assert.IsType<ObservationUnanswered>(await stream.NextEventAsync());
        await stream.SendAsync(TestRobot.Observe(2));

        Assert.Equal((1, UnansweredResult.Failed, Reasons.PolicyFailed), (failed.BasedOnSequence, failed.Result, failed.Reason));
        Assert.DoesNotContain("secret", failed.Message, StringComparison.Ordinal);
        Assert.IsType<ChunkArrived>(await stream.NextEventAsync());
    }

    [Fact]
    public async Task Act_PolicyIsLost_EveryRobotHearsTheCauseAndTheProcessEnds()
    {
        const string Cause = "cuda:0: out of memory";
        var policy = new HoldPolicy { Scripts = { ["lose"] = _ => throw new PolicyLostException(Cause, new InvalidOperationException()) } };
        await using var server = await RunningServer.StartAsync(policy);
        using var asking = await RawStream.OpenAsync(server);
        using var idle = await RawStream.OpenAsync(server, TestRobot.Contract with { RobotId = "another" });

        await asking.SendAsync(TestRobot.Observe(1, "lose"));
        var told = Assert.IsType<ObservationUnanswered>(await asking.NextEventAsync());
        Assert.Equal((UnansweredResult.Failed, Reasons.PolicyFailed), (told.Result, told.Reason));

        await server.Until(ServingPhase.Failed);
        var stopping = server.App.StopAsync(TestContext.Current.CancellationToken);              // as the host does when it is asked to
        foreach (var stream in (RawStream[])[asking, idle])
        {
            var ended = await stream.EndAsync();
            Assert.Equal((StatusCode.Unavailable, Cause), (ended.StatusCode, ended.Status.Detail));
        }

        await stopping.Soon();
        Assert.True(server.App.Lifetime.ApplicationStopping.IsCancellationRequested);
    }

    [Fact]
    public async Task Act_PolicyCannotUseTheObservation_IsInvalid()
    {
        var policy = new HoldPolicy { Scripts = { ["blurred"] = _ => throw new InvalidObservationException("frames[wrist]", "expected a picture, got a truncated JPEG") } };
        await using var server = await RunningServer.StartAsync(policy);
        using var stream = await RawStream.OpenAsync(server);

        await stream.SendAsync(TestRobot.Observe(1, "blurred"));
        var refused = Assert.IsType<ObservationUnanswered>(await stream.NextEventAsync());

        Assert.Equal((UnansweredResult.Invalid, Reasons.ObservationUnusable), (refused.Result, refused.Reason));
        Assert.Equal("frames[wrist]: expected a picture, got a truncated JPEG", refused.Message);
    }
}
