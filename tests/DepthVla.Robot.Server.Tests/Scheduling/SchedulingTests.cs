using DepthVla.Robot.Contracts.Events;
using DepthVla.Robot.Contracts.Remote;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Realtime;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Server.Scheduling;
using DepthVla.Robot.Server.Tests.Running;
using Microsoft.Extensions.DependencyInjection;

namespace DepthVla.Robot.Server.Tests.Scheduling;

public sealed class SchedulingTests
{
    [Fact]
    public async Task Inference_SeveralRobotsWait_EarliestDeadlineFirstAndToolsLast()
    {
        var policy = new GatedPolicy();
        await using var server = await RunningServer.StartAsync(policy);
        using var busy = await OpenAsync(server, "busy");
        using var late = await OpenAsync(server, "late");
        using var soon = await OpenAsync(server, "soon");
        using var between = await OpenAsync(server, "between");
        await busy.SendAsync(TestRobot.Observe(1));
        await policy.EnteredAsync();

        var tool = await RemotePolicy.ConnectAsync(server.Connect(), MonotonicClock.System, TestContext.Current.CancellationToken);
        var asking = tool.InferAsync(TestRobot.Observe(99, "the tool", budgetMs: 30_000), TestContext.Current.CancellationToken).AsTask();
        await Patience.Until(() => server.App.Services.GetRequiredService<InferenceQueue>().Count == 1);
        await WaitInLineAsync(late, "late", budgetMs: 60_000);
        await WaitInLineAsync(soon, "soon", budgetMs: 40_000);
        await WaitInLineAsync(between, "between", budgetMs: 50_000);

        var order = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            policy.Release();
            order.Add((await policy.EnteredAsync()).Instruction);
        }

        policy.Release();
        Assert.Equal(["soon", "between", "late", "the tool"], order);
        Assert.Equal(99, (await asking.Soon()).BasedOnSequence);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Inference_Priority_IsTakenWhereItIsGranted(int priority)
    {
        var policy = new TellingPolicy();
        await using var server = await RunningServer.StartAsync(policy, options => options with { Priority = priority });
        using var robot = await OpenAsync(server, "any");
        await robot.SendAsync(TestRobot.Observe(1));
        Assert.IsType<ChunkArrived>(await robot.NextEventAsync());

        Assert.Equal(priority > 0 && IsGrantedHere(priority), policy.HadPriority);
    }

    // On a thread of its own, for it keeps it.
    private static bool IsGrantedHere(int priority)
    {
        var granted = false;
        var thread = new Thread(() => granted = FifoScheduling.TryEnter(priority));
        thread.Start();
        thread.Join();
        return granted;
    }

    /// <summary>Sends two observations: when the first is answered as superseded, the second surely waits.</summary>
    private static async Task WaitInLineAsync(RawStream stream, string instruction, long budgetMs)
    {
        await stream.SendAsync(TestRobot.Observe(1, instruction, budgetMs));
        await stream.SendAsync(TestRobot.Observe(2, instruction, budgetMs));
        Assert.Equal(new ObservationUnanswered(1, UnansweredResult.Superseded), await stream.NextEventAsync());
    }

    private static Task<RawStream> OpenAsync(RunningServer server, string robot) => RawStream.OpenAsync(server, TestRobot.Contract with { RobotId = robot });

    private sealed class TellingPolicy : HoldPolicy
    {
        public bool HadPriority { get; private set; }

        public override ValueTask<ActionChunk> InferAsync(Observation observation, CancellationToken cancellationToken)
        {
            HadPriority = FifoScheduling.IsGranted;
            return base.InferAsync(observation, cancellationToken);
        }
    }
}
