using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Contracts.Events;
using DepthVla.Robot.Server.Metrics;
using DepthVla.Robot.Server.Scheduling;
using DepthVla.Robot.Server.Sessions;
using DepthVla.Robot.Server.Tests.Running;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace DepthVla.Robot.Server.Tests.Sessions;

public sealed class SlowClientFaultTests
{
    [Fact]
    public async Task Act_ClientThatNeverReads_HoldsNobodyUpAndIsCutAfterTheSendTimeout()
    {
        var time = TestTime.Standing();
        await using var server = await RunningServer.StartAsync(new HoldPolicy(), time: time);
        using var deaf = await RawStream.OpenAsync(server, TestRobot.Contract with { RobotId = "deaf" });
        using var attentive = await RawStream.OpenAsync(server, TestRobot.Contract with { RobotId = "attentive" });
        var metrics = server.App.Services.GetRequiredService<ServerMetrics>();

        // 2 MiB of depth an answer, never read, so the deaf client's window is soon full and its answers stay where they are.
        var shouting = Task.Run(async () =>
        {
            for (var sequence = 1; sequence <= ObservationAllowance.AtOnce; sequence++) await deaf.Call.RequestStream.WriteAsync(TestRobot.Request(deaf.SessionId, TestRobot.Observe(sequence, wantDepth: true)));
        }, TestContext.Current.CancellationToken);

        for (var sequence = 1; sequence <= 20 || metrics.Observations["used"].Value < 60; sequence++)
        {
            await attentive.SendAsync(TestRobot.Observe(sequence));
            Assert.Equal(sequence, Assert.IsType<ChunkArrived>(await attentive.NextEventAsync()).Chunk.BasedOnSequence);
        }

        await Patience.Until(() => metrics.Rejected[Reasons.ClientNotReading].Value == 1, () => time.Advance(TimeSpan.FromSeconds(1))); // the hanging write may begin after the first second has passed

        await shouting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        Assert.NotEqual(StatusCode.OK, (await deaf.EndAsync()).StatusCode);
        await using var again = await server.ReopenAsync(TestRobot.Contract with { RobotId = "deaf" });
        await attentive.SendAsync(TestRobot.Observe(100_000));
        Assert.IsType<ChunkArrived>(await attentive.NextEventAsync());
    }

    [Fact]
    public async Task Act_ClientVanishesWhileItsObservationWaits_ThePolicyIsNotAsked()
    {
        var policy = new GatedPolicy();
        await using var server = await RunningServer.StartAsync(policy);
        using var busy = await RawStream.OpenAsync(server, TestRobot.Contract with { RobotId = "busy" });
        var vanishing = await RawStream.OpenAsync(server, TestRobot.Contract with { RobotId = "vanishing" });
        await busy.SendAsync(TestRobot.Observe(1));
        await policy.EnteredAsync();
        await vanishing.SendAsync(TestRobot.Observe(1));
        await Patience.Until(() => server.App.Services.GetRequiredService<InferenceQueue>().Count == 1);

        vanishing.Dispose();

        await Patience.Until(() => server.App.Services.GetRequiredService<InferenceQueue>().Count == 0);
        policy.Release();
        Assert.IsType<ChunkArrived>(await busy.NextEventAsync());
    }

    [Fact]
    public async Task Act_ClientVanishesWhileItsChunkIsMade_HoldsNobodyUp()
    {
        var policy = new GatedPolicy();
        await using var server = await RunningServer.StartAsync(policy);
        var vanishing = await RawStream.OpenAsync(server, TestRobot.Contract with { RobotId = "vanishing" });
        using var staying = await RawStream.OpenAsync(server, TestRobot.Contract with { RobotId = "staying" });
        await vanishing.SendAsync(TestRobot.Observe(1));
        await policy.EnteredAsync();
        await staying.SendAsync(TestRobot.Observe(1));

        vanishing.Dispose();
        await using var again = await server.ReopenAsync(TestRobot.Contract with { RobotId = "vanishing" });
        policy.Release();
        policy.Release();

        Assert.IsType<ChunkArrived>(await staying.NextEventAsync());
    }
}
