using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Contracts.Events;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Server.Policies;
using DepthVla.Robot.Server.Tests.Running;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace DepthVla.Robot.Server.Tests.Sessions;

/// <summary>A robot comes back before the server knows that its former stream is dead, as one whose cable was cut does: that stream is open here, and silent.</summary>
public sealed class TakeoverTests
{
    private static readonly RobotContract Slow = TestRobot.Contract with { ObservationRateHz = 0.2 };

    private readonly FakeTimeProvider _time = TestTime.Standing();

    [Fact]
    public async Task Act_FormerStreamIsAtRest_GivesWayAndIsToldSo()
    {
        await using var server = await RunningServer.StartAsync(new HoldPolicy(), time: _time);
        using var former = await RawStream.OpenAsync(server);
        await AnswersAsync(former, 1);
        await AssertTakenAsync(server, afterSeconds: 3.9);

        _time.Advance(TimeSpan.FromSeconds(0.1));
        using var next = await RawStream.OpenAsync(server);

        var told = await former.EndAsync();
        Assert.Equal((StatusCode.AlreadyExists, Reasons.RobotTaken), (told.StatusCode, PolicyErrors.Translate(told).Reason));
        Assert.Contains("nothing came from this one for 4.0 s", told.Status.Detail, StringComparison.Ordinal);
        await AnswersAsync(next, 1);
        await AssertTakenAsync(server, afterSeconds: 0); // and by no third
    }

    [Fact]
    public async Task Act_FormerStreamAsks_KeepsItsRobot()
    {
        await using var server = await RunningServer.StartAsync(new HoldPolicy(), time: _time);
        using var former = await RawStream.OpenAsync(server);
        for (var sequence = 1; sequence <= 4; sequence++)
        {
            await AnswersAsync(former, sequence);
            await AssertTakenAsync(server, afterSeconds: 3.9);
        }
    }

    [Fact]
    public async Task Act_FormerStreamWaitsForAnAnswer_KeepsItsRobotUntilItHasRestedAfterIt()
    {
        var policy = new GatedPolicy();
        await using var server = await RunningServer.StartAsync(policy, time: _time);
        using var former = await RawStream.OpenAsync(server);
        await former.SendAsync(TestRobot.Observe(1));
        await policy.EnteredAsync();
        await AssertTakenAsync(server, afterSeconds: 8);

        policy.Release();
        Assert.IsType<ChunkArrived>(await former.NextEventAsync());
        await AssertTakenAsync(server, afterSeconds: 3.9);
    }

    [Fact]
    public async Task Act_FormerStreamSaidThatItAsksSeldom_IsGivenThreeOfItsPeriods()
    {
        await using var server = await RunningServer.StartAsync(new HoldPolicy(), time: _time);
        using var former = await RawStream.OpenAsync(server, Slow);
        await AssertTakenAsync(server, afterSeconds: 14.9, Slow);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        using var next = await RawStream.OpenAsync(server, Slow);
    }

    [Fact]
    public async Task Act_FormerStreamIsAnotherCallers_KeepsItsRobot()
    {
        using var fleet = new Fleet();
        fleet.Allow(Fleet.Robot(), Fleet.Entry("workcell", "workcell-token", ["infer"], ["robot-1"]));
        await using var server = await RunningServer.StartAsync(new HoldPolicy(), options => fleet.Secure(options), _time);
        await using var former = await server.OpenAsync(credentials: fleet.Client(token: Fleet.RobotToken));
        _time.Advance(TimeSpan.FromHours(1));

        await Assert.ThrowsAsync<RobotTakenException>(() => server.OpenAsync(credentials: fleet.Client(token: "workcell-token")));
        await using var next = await server.OpenAsync(credentials: fleet.Client(token: Fleet.RobotToken));
    }

    [Fact]
    public async Task Act_NoTimeLeftForAnother_TakesTheFormersPromise()
    {
        await using var server = await RunningServer.StartAsync(new HoldPolicy(), time: _time);
        server.App.Services.GetRequiredService<ServedModels>().First.Costs.Begin([0.050]);    // 18 observations/s
        using var other = await RawStream.OpenAsync(server, TestRobot.Contract with { RobotId = "other" });
        using var former = await RawStream.OpenAsync(server);
        _time.Advance(TimeSpan.FromSeconds(5));

        using var next = await RawStream.OpenAsync(server);

        Assert.Equal((8.0, 8.0), (former.PromisedRateHz, Math.Round(next.PromisedRateHz, 9)));
    }

    private static async Task AnswersAsync(RawStream stream, int sequence)
    {
        await stream.SendAsync(TestRobot.Observe(sequence));
        Assert.Equal(sequence, Assert.IsType<ChunkArrived>(await stream.NextEventAsync()).Chunk.BasedOnSequence);
    }

    private async Task AssertTakenAsync(RunningServer server, double afterSeconds, RobotContract? contract = null)
    {
        _time.Advance(TimeSpan.FromSeconds(afterSeconds));
        var refused = await Assert.ThrowsAsync<RobotTakenException>(() => server.OpenAsync(contract));
        Assert.Equal(Reasons.RobotTaken, refused.Reason);
    }
}
