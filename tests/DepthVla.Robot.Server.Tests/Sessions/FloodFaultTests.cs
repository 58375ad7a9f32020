using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Contracts.Events;
using DepthVla.Robot.Server.Metrics;
using DepthVla.Robot.Server.Scheduling;
using DepthVla.Robot.Server.Sessions;
using DepthVla.Robot.Server.Tests.Running;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace DepthVla.Robot.Server.Tests.Sessions;

/// <summary>A robot that sends far more than it was promised, on a clock that stands still: nothing is earned anew.</summary>
public sealed class FloodFaultTests
{
    private const int Many = 10 * ObservationAllowance.AtOnce;

    [Fact]
    public async Task Act_FloodOfObservations_EndsAfterABoundedNumberAndDisturbsNobody()
    {
        var policy = new GatedPolicy();
        await using var server = await RunningServer.StartAsync(policy, time: TestTime.Standing());
        var metrics = server.App.Services.GetRequiredService<ServerMetrics>();
        using var flooding = await RawStream.OpenAsync(server, TestRobot.Contract with { RobotId = "flooding" });
        using var attentive = await RawStream.OpenAsync(server, TestRobot.Contract with { RobotId = "attentive" });
        await attentive.SendAsync(TestRobot.Observe(1));
        await policy.EnteredAsync();

        var sending = Task.Run(async () =>
        {
            for (var sequence = 1; sequence <= Many; sequence++) await flooding.Call.RequestStream.WriteAsync(TestRobot.Request(flooding.SessionId, TestRobot.Observe(sequence)));
        }, TestContext.Current.CancellationToken);
        var end = await flooding.EndAsync();
        await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

        Assert.Equal((StatusCode.ResourceExhausted, Reasons.TooManyObservations), (end.StatusCode, PolicyErrors.Translate(end).Reason));
        Assert.IsType<PolicyUnavailableException>(PolicyErrors.Translate(end));   // a daemon comes back, after a while
        Assert.Contains("was promised 10 observations/s", end.Status.Detail, StringComparison.Ordinal);
        Assert.Equal(ObservationAllowance.AtOnce - 1, metrics.Observations["superseded"].Value);   // the last one waited, and was withdrawn
        await Patience.Until(() => server.App.Services.GetRequiredService<InferenceQueue>().Count == 0);
        policy.Release();
        Assert.IsType<ChunkArrived>(await attentive.NextEventAsync());
        await using var again = await server.ReopenAsync(TestRobot.Contract with { RobotId = "flooding" });
    }

    [Fact]
    public async Task Act_FloodOfObservationsThatCannotBeUsed_EndsToo()
    {
        await using var server = await RunningServer.StartAsync(new HoldPolicy(), time: TestTime.Standing());
        using var flooding = await RawStream.OpenAsync(server);
        var sending = Task.Run(async () =>
        {
            for (var i = 0; i < Many; i++) await flooding.Call.RequestStream.WriteAsync(TestRobot.Request(flooding.SessionId, TestRobot.Observe(-1)));
            await flooding.Call.RequestStream.CompleteAsync();
        }, TestContext.Current.CancellationToken);
        Assert.Equal(Reasons.TooManyObservations, PolicyErrors.Translate(await flooding.EndAsync()).Reason);
        await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    /// <summary>Its contract says 10 a second; no time passes, and it is answered many times as often, for nobody else is there.</summary>
    [Fact]
    public async Task Act_RobotThatWaitsForItsAnswers_MayAskAsOftenAsItLikes()
    {
        await using var server = await RunningServer.StartAsync(new HoldPolicy(), time: TestTime.Standing());
        using var stream = await RawStream.OpenAsync(server);
        for (var sequence = 1; sequence <= 3 * ObservationAllowance.AtOnce; sequence++)
        {
            await stream.SendAsync(TestRobot.Observe(sequence));
            Assert.IsType<ChunkArrived>(await stream.NextEventAsync());
        }
    }

    [Fact]
    public void TryTake_AsTimePasses_IsEarnedAtAMultipleOfThePromise()
    {
        var (allowance, second) = (new ObservationAllowance(), 1_000_000_000L);
        Assert.Equal(ObservationAllowance.AtOnce, Taken(0));
        Assert.Equal(40, Taken(second));                  // 4 times 10
        Assert.Equal(20, Taken(second + (second / 2)));
        allowance.GiveBack();
        Assert.Equal(1, Taken(second + (second / 2)));
        Assert.Equal(ObservationAllowance.AtOnce, Taken(3600 * second));

        int Taken(long nowNs)
        {
            var taken = 0;
            while (allowance.TryTake(nowNs, promisedHz: 10)) taken++;
            return taken;
        }
    }
}
