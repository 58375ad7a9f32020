using System.Net;
using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Contracts.Events;
using DepthVla.Robot.Server.Policies;
using DepthVla.Robot.Server.Tests.Running;

namespace DepthVla.Robot.Server.Tests.Sessions;

public sealed class DrainTests
{
    [Fact]
    public async Task Stop_SessionWithAChunkUnderWay_IsToldAnsweredAndWaitedFor()
    {
        var policy = new GatedPolicy();
        await using var server = await RunningServer.StartAsync(policy);
        await using var session = await server.OpenAsync();
        await using var listener = new Listener(session);
        session.Post(TestRobot.Observe(1));
        await policy.EnteredAsync();

        var stopping = server.App.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal(new ServerDraining(10_000_000_000), await listener.NextAsync());
        using var ready = await server.Http.GetAsync("/readyz", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal("draining\n", await ready.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("live", await LiveAsync(server));
        Assert.Equal(Reasons.Draining, (await Assert.ThrowsAsync<PolicyUnavailableException>(() => server.OpenAsync(TestRobot.Contract with { RobotId = "late" }))).Reason);
        Assert.False(stopping.IsCompleted, "a chunk is under way");

        policy.Release();
        Assert.Equal(1, Assert.IsType<ChunkArrived>(await listener.NextAsync()).Chunk.BasedOnSequence);
        session.Post(TestRobot.Observe(2)); // until the robot has somewhere else to go
        await policy.EnteredAsync();
        policy.Release();
        Assert.Equal(2, Assert.IsType<ChunkArrived>(await listener.NextAsync()).Chunk.BasedOnSequence);

        await session.CompleteAsync().Soon();
        Assert.True(await listener.EndsAsync());
        await stopping.Soon();
    }

    [Fact]
    public async Task Stop_SessionThatStays_IsEndedWhenTheTimeIsOver()
    {
        var time = TestTime.Standing();
        await using var server = await RunningServer.StartAsync(
            new HoldPolicy(), o => o with { DrainTime = TimeSpan.FromSeconds(3), SendTimeout = TimeSpan.FromDays(1) }, time);
        await using var session = await server.OpenAsync();
        await using var listener = new Listener(session);

        var stopping = server.App.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(new ServerDraining(3_000_000_000), await listener.NextAsync());
        await Patience.Until(() => server.State.Over.IsCancellationRequested, () => time.Advance(TimeSpan.FromSeconds(1))); // the wait may begin after the first seconds have passed

        await Assert.ThrowsAsync<PolicyUnavailableException>(listener.NextAsync); // mostly with the reason; the closing connection may overtake it
        await stopping.Soon();
    }

    [Fact]
    public async Task Stop_NobodyThere_IsAtOnce()
    {
        await using var server = await RunningServer.StartAsync(new HoldPolicy(), time: TestTime.Standing()); // no time passes
        await server.App.StopAsync(TestContext.Current.CancellationToken).Soon();
    }

    [Fact]
    public async Task Stop_WhileLoading_CancelsTheLoading()
    {
        var cancelled = new TaskCompletionSource();
        await using var server = await RunningServer.LoadAsync(new TestLoader(async end =>
        {
            await Task.Delay(Timeout.Infinite, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancelled.SetResult();
            end.ThrowIfCancellationRequested();
            return new HoldPolicy();
        }));

        await server.App.StopAsync(TestContext.Current.CancellationToken).Soon();

        Assert.True(cancelled.Task.IsCompletedSuccessfully);
        Assert.Equal(ServingPhase.Draining, server.State.Now.Phase);
    }

    private static async Task<string> LiveAsync(RunningServer server)
    {
        using var live = await server.Http.GetAsync("/livez", TestContext.Current.CancellationToken);
        return live.StatusCode == HttpStatusCode.OK ? "live" : "dead";
    }
}
