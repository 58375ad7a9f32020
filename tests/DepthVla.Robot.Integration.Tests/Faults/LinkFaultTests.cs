using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Integration.Tests.Programs;

namespace DepthVla.Robot.Integration.Tests.Faults;

/// <summary>What a network does to a robot: where nothing comes through the arm stands in time, and it goes on by itself; whatever it does, every command is inside every limit.</summary>
public sealed class LinkFaultTests(TinyServer server) : ProgramTest, IClassFixture<TinyServer>
{
    private static readonly TimeSpan FaultLasts = TimeSpan.FromSeconds(3);

    [Theory]
    [InlineData(Ways.Both)]
    [InlineData(Ways.FromServer)]
    [InlineData(Ways.ToServer)]
    public async Task Act_LinkThatIsHalfOpenOrLosesAll_ArmStandsInTimeAndResumes(Ways way)
    {
        await using var link = FaultyLink.To(server.Address);
        await using var daemon = RobotDaemon.Start(Folder, link.Address);
        await daemon.FollowsAsync();
        var (lostNs, backNs) = await SpoilAsync(link, new(Loss: 1, Way: way));
        await daemon.FollowsOnAsync(); // in a new session, perhaps

        var summary = await StopAsync(daemon);
        AssertStoodBetween(daemon.Physics(), summary, lostNs, backNs);
        AssertStoppedOnlyAtTheEnd(summary);
    }

    [Theory]
    [InlineData(300, 200, 0)]
    [InlineData(0, 0, 0.1)]
    public Task Act_LinkThatIsSlowOrLoses_ArmStaysInsideItsLimitsAndFollowsAgain(double delayMs, double jitterMs, double loss) =>
        FollowsAgainAsync(new(delayMs, jitterMs, loss));

    [Theory, Trait("Size", "Full")]
    [InlineData(50, 0, 0)]
    [InlineData(100, 100, 0)]
    [InlineData(200, 0, 0)]
    [InlineData(0, 500, 0)]
    [InlineData(500, 0, 0)]
    [InlineData(500, 500, 0)]
    [InlineData(0, 0, 0.01)]
    [InlineData(20, 20, 0.3)]
    [InlineData(0, 0, 0.6)]
    [InlineData(100, 100, 0.9)]
    public Task Act_LinkThatIsSlowOrLosesInAnyMeasure_ArmStaysInsideItsLimitsAndFollowsAgain(double delayMs, double jitterMs, double loss) =>
        FollowsAgainAsync(new(delayMs, jitterMs, loss));

    /// <summary>Lost for good is what TCP cannot bring any more: the connection is cut, again and again.</summary>
    private async Task FollowsAgainAsync(LinkFault fault)
    {
        await using var link = FaultyLink.To(server.Address);
        await using var daemon = RobotDaemon.Start(Folder, link.Address);
        await daemon.FollowsAsync();
        var (_, backNs) = await SpoilAsync(link, fault);
        await daemon.FollowsOnAsync();
        var againNs = MonotonicClock.System.NowNs - 1_000_000_000;

        var summary = await StopAsync(daemon);
        Assert.True(againNs > backNs);
        Assert.NotNull(daemon.Physics().FirstCommandChangeNs(againNs));
        AssertStoppedOnlyAtTheEnd(summary);
    }

    private static async Task<(long LostNs, long BackNs)> SpoilAsync(FaultyLink link, LinkFault fault)
    {
        link.Fault = fault;
        var lostNs = MonotonicClock.System.NowNs;
        await Task.Delay(FaultLasts, TestContext.Current.CancellationToken);
        var backNs = MonotonicClock.System.NowNs;
        link.Fault = LinkFault.None;
        return (lostNs, backNs);
    }
}
