using DepthVla.Robot.Integration.Tests.Programs;

namespace DepthVla.Robot.Integration.Tests.Faults;

/// <summary>A new version is rolled out: two servers, one after the other, drained and started anew under eight robots, two of them with physics.</summary>
[Trait("Size", "Full")]
[Collection(nameof(Alone))]
public sealed class RollingRestartTests : ProgramTest
{
    private const int Simulated = 2, Mirrors = 6;

    [Fact]
    public async Task Restart_BothServersInTurn_EveryRobotComesBackToTrackingByItself()
    {
        await using var first = await PolicyServer.StartTinyAsync();
        await using var second = await PolicyServer.StartTinyAsync();
        var robots = Enumerable.Range(0, Simulated + Mirrors).Select(i => Start(i, i % 2 == 0 ? $"{first.Address},{second.Address}" : $"{second.Address},{first.Address}")).ToArray();
        try
        {
            foreach (var robot in robots) await robot.FollowsAsync();
            await using var firstAgain = await RestartedAsync(first, robots);
            await using var secondAgain = await RestartedAsync(second, robots);

            foreach (var robot in robots)
            {
                var summary = await StopAsync(robot);
                AssertStoppedOnlyAtTheEnd(summary);
                Assert.InRange(summary.GetProperty("sessions").GetInt32(), 2, 3);                 // every robot was on one of the two when that went
                TestContext.Current.TestOutputHelper!.WriteLine($"sessions {summary.GetProperty("sessions")}, holds {summary.GetProperty("holds_by_reason")}");
            }
        }
        finally
        {
            foreach (var robot in robots) await robot.DisposeAsync();
        }
    }

    private RobotDaemon Start(int number, string servers)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Folder, $"robot-{number}")).FullName;
        return number < Simulated ? RobotDaemon.Start(folder, servers, "--robot-id", $"robot-{number}") : RobotDaemon.StartReal(folder, servers, "mirror", "--robot-id", $"robot-{number}");
    }

    private static async Task<PolicyServer> RestartedAsync(PolicyServer server, RobotDaemon[] robots)
    {
        server.Signal("TERM");
        Assert.Equal(0, await server.ExitAsync());
        var again = await server.RestartAsync();
        foreach (var robot in robots)
        {
            try
            {
                await robot.ComesIntoAsync("tracking");
                await robot.FollowsOnAsync();
            }
            catch (OperationCanceledException) { throw new TimeoutException($"{await robot.StatusAsync()}\n{robot.Output}"); }
        }

        return again;
    }
}
