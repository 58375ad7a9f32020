using DepthVla.Robot.Contracts.Remote;
using DepthVla.Robot.Contracts.Trust;
using DepthVla.Robot.Control.Plans;
using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Daemon.Link;
using DepthVla.Robot.Daemon.Tests.ClosedLoop;
using DepthVla.Robot.Simulation.Arms;
using Microsoft.Extensions.Logging.Abstractions;

namespace DepthVla.Robot.Daemon.Tests.Link;

/// <summary>A server that answers nothing for long, over a real socket: what waits for it stays small, and what is newest is answered once it is back.</summary>
[Collection(nameof(AloneInTheProcess))]
public sealed class LinkBoundsTests
{
    private const int Posts = 600, FrameBytes = 100_000, MostInFlight = 64;

    private static readonly MonotonicClock Clock = MonotonicClock.System;

    [Theory]
    [InlineData(true)]    // it goes on reading
    [InlineData(false)]   // it does not even read
    public async Task Post_ServerThatAnswersNothing_KeepsFewAndTheNewestIsAnsweredOnceItIsBack(bool reads)
    {
        var policy = new MutePolicy(new SteeringPolicy([Wx250s.Home.ToArray()], 1_000_000_000), reads);
        await using var server = await PolicyOnASocket.StartAsync(policy, () => policy.Answers);
        using var servers = new PolicyEndpoints([new GrpcPolicyServer(server.Address, ServiceCredentials.None)]);
        var contract = new RobotContract
        {
            RobotId = "r", Joints = Wx250s.Description.Joints, ControlRateHz = 500, ObservationRateHz = 5, StepRateHz = 10, Actions = [ActionRepresentation.JointPosition],
            Cameras = [.. policy.Info.Cameras.Select(name => new CameraSpec(name, 640, 480, ImageEncoding.Jpeg))],
        };
        var (statistics, plans) = (new LinkStatistics(), new PlanSlot(Wx250s.Description.Joints, new()));
        var landing = new ChunkLanding(statistics, Clock, NullLogger<PolicyLink>.Instance);
        var link = new PolicyLink(servers, contract, landing, statistics, Clock, NullLogger<PolicyLink>.Instance);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var running = link.RunAsync(end.Token);
        await UntilAsync(() => link.IsOpen);

        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < Posts; i++)
        {
            Assert.True(link.TryPost(Observe(link), plans));
            Assert.InRange(link.InFlight, 0, MostInFlight);
            if (i % 20 == 0) await Task.Delay(5, end.Token);                         // so that some are really sent
        }

        var kept = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.InRange(kept, long.MinValue, 2 * MostInFlight * FrameBytes * policy.Info.Cameras.Length);
        Assert.Equal(0, statistics.Report().Chunks);
        Assert.Null(plans.Current);

        policy.Speak();
        var last = 0L;
        await UntilAsync(() =>
        {
            var observation = Observe(link);
            if (link.TryPost(observation, plans)) last = observation.Sequence;
            return plans.Current is not null;
        });
        Assert.InRange(plans.Current!.Sequence, reads ? Posts + 1 : Posts - MostInFlight, last);
        Assert.True(link.IsOpen);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private static Observation Observe(PolicyLink link) => new()
    {
        Sequence = link.NextSequence(), CaptureTimeNs = Clock.NowNs, BudgetNs = 5_000_000_000, Proprioception = Wx250s.Home, Instruction = "touch the red block",
        Frames = [.. ((string[])["primary", "wrist"]).Select(camera => new CameraFrame
        {
            Camera = camera, Encoding = ImageEncoding.Jpeg, Width = 640, Height = 480, CaptureTimeNs = Clock.NowNs, Sequence = 1, Data = new byte[FrameBytes],
        })],
    };

    private static async Task UntilAsync(Func<bool> holds)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(1));
        while (!holds()) await Task.Delay(20, patience.Token);
    }

    /// <summary>Says nothing until it may.</summary>
    private sealed class MutePolicy(IPolicy inner, bool reads) : IPolicy
    {
        private readonly TaskCompletionSource _speaks = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public PolicyInfo Info => inner.Info;

        public bool Answers => !reads || _speaks.Task.IsCompleted;

        public void Speak() => _speaks.SetResult();

        public async ValueTask<ActionChunk> InferAsync(Observation observation, CancellationToken cancellationToken)
        {
            if (!reads) await _speaks.Task.WaitAsync(cancellationToken);
            return await inner.InferAsync(observation, cancellationToken);
        }
    }
}
