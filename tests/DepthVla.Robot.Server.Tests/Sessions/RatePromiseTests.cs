using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Server.Policies;
using DepthVla.Robot.Server.Sessions;
using DepthVla.Robot.Server.Tests.Running;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace DepthVla.Robot.Server.Tests.Sessions;

/// <summary>The promise that admission makes: <see cref="HoldPolicy"/>'s chunks last 4/15 s, so that 7.5 answers a second are the least of use.</summary>
public sealed class RatePromiseTests
{
    private static readonly PolicyInfo Policy = new HoldPolicy().Info;

    [Theory]
    [InlineData(10, 100, null, 10.0)]
    [InlineData(10, 3, null, 10.0)]     // alone: as it likes
    [InlineData(10, 100, 85.0, 10.0)]
    [InlineData(10, 100, 92.0, 8.0)]    // less than asked, and still of use
    [InlineData(10, 100, 93.0, null)]
    [InlineData(2, 100, 98.0, 2.0)]     // who asks for little needs little
    [InlineData(2, 100, 98.5, null)]
    public void Of_IsWhatIsLeft_OrNothing(double asked, double capacity, double? promised, double? expected) =>
        Assert.Equal(expected, RatePromise.Of(asked, capacity, promised, Policy));

    [Fact]
    public async Task Act_RobotThatWouldBreakThePromises_IsRefusedWithTheNumbers()
    {
        await using var server = await RunningServer.StartAsync(new HoldPolicy());
        server.App.Services.GetRequiredService<ServedModels>().First.Costs.Begin([0.050]);    // 18 observations/s
        using var one = await RawStream.OpenAsync(server, TestRobot.Contract with { RobotId = "one" });
        using var two = await RawStream.OpenAsync(server, TestRobot.Contract with { RobotId = "two" });
        Assert.Equal([10.0, 8], [one.PromisedRateHz, two.PromisedRateHz], (a, b) => Math.Abs(a - b) < 1e-9);

        using var three = RawStream.Begin(server);
        await three.SendRawAsync(new() { Contract = Contracts.Mapping.ContractMapping.ToWire(TestRobot.Contract with { RobotId = "three" }) });
        var refused = await three.EndAsync();
        Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
        Assert.Equal(Reasons.NoCapacity, PolicyErrors.Translate(refused).Reason);
        Assert.Contains("answers 18 observations/s of default (50 ms for one) and has promised the time of 18 of them to 2 robot(s); 'three' asks for 10 and needs at least 7.5", refused.Status.Detail, StringComparison.Ordinal);
    }
}
