using DepthVla.Robot.Contracts.Events;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Server.Policies;
using DepthVla.Robot.Server.Scheduling;
using DepthVla.Robot.Server.Tests.Running;
using DepthVla.Robot.Server.Tracing;

namespace DepthVla.Robot.Server.Tests.Tracing;

public sealed class TracingTests
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";

    [Fact]
    public async Task Observation_WithACollector_BecomesOneTraceOfItsStages()
    {
        await using var collector = await Collector.StartAsync();
        string session;
        ActionChunk chunk;
        await using (var server = await RunningServer.StartAsync(new HoldPolicy(), options => options with { Otlp = collector.Address }))
        {
            using var stream = await RawStream.OpenAsync(server);
            session = stream.SessionId;
            await stream.SendAsync(TestRobot.Observe(1) with { TraceParent = $"00-{Trace}-00f067aa0ba902b7-01" });
            chunk = Assert.IsType<ChunkArrived>(await stream.NextEventAsync()).Chunk;
            await stream.SendAsync(TestRobot.Observe(2) with { TraceParent = "nonsense" });
            Assert.IsType<ChunkArrived>(await stream.NextEventAsync());
            await stream.Call.RequestStream.CompleteAsync();
            while (await stream.Call.ResponseStream.MoveNext(CancellationToken.None).Soon()) { } // its end: both were recorded
        } // sends what is left

        // Other servers of this process are listened to as well.
        var wholes = collector.Spans.Where(span => span.Name == "observation" && span.Attributes["depthvla.session.id"] == session).ToDictionary(span => span.Attributes["depthvla.observation.sequence"]);
        Assert.Equal(["1", "2"], wholes.Keys.Order());
        var whole = wholes["1"];
        Assert.Equal((Trace, "00f067aa0ba902b7", "robot-1", "m1", 0), (whole.Trace, whole.Parent, whole.Attributes["depthvla.robot.id"], whole.Attributes["depthvla.model.hash"], whole.Status));
        Assert.Equal("", wholes["2"].Parent);
        Assert.NotEqual(Trace, wholes["2"].Trace);

        var within = collector.Spans.Where(span => span.Trace == Trace && span != whole).ToDictionary(span => span.Name);
        Assert.Equal(["denoise", "inference", "queue", "receive", "robot", "send"], within.Keys.Order());
        Assert.All(within.Values, span => Assert.Equal(span.Name == "denoise" ? within["inference"].Id : whole.Id, span.Parent));
        Assert.All(within.Values, span => Assert.InRange(span.StartNs, whole.StartNs, span.EndNs));
        Assert.All(within.Values.Where(span => span.Name != "denoise"), span => Assert.True(span.EndNs <= whole.EndNs)); // this policy says more than it took
        Assert.InRange(within["denoise"].EndNs - within["denoise"].StartNs, 999_800ul, 1_000_200ul);                   // what the policy said
        Assert.InRange((long)(within["inference"].EndNs - within["receive"].StartNs) - chunk.Timings[Stage.Total], -200, 200);   // .NET's times have 100 ns
    }

    [Fact]
    public async Task Record_WithoutACollector_CostsNothing()
    {
        var tracing = new ObservationTracing(MonotonicClock.System, TimeProvider.System);
        var asked = new PendingObservation(new Nobody(), TestRobot.Observe(1), 1, 1);
        var chunk = await new HoldPolicy().InferAsync(asked.Observation, TestContext.Current.CancellationToken);
        tracing.Record("r", "s", asked, chunk, 2);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) tracing.Record("r", "s", asked, chunk, 2);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private sealed class Nobody : IAsker
    {
        public ServedModel Model { get; } = new("default", "");

        public bool Fits(PolicyInfo policy) => true;

        public bool IsRobot => false;

        public void Answer(PendingObservation asked, SessionEvent answer) { }
    }
}
