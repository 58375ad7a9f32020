using DepthVla.Robot.Contracts.Events;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Server.Policies;
using DepthVla.Robot.Server.Scheduling;
using DepthVla.Robot.Server.Tests.Running;
using Microsoft.Extensions.DependencyInjection;

namespace DepthVla.Robot.Server.Tests.Scheduling;

/// <summary>Robots that wait while the policy is busy are answered together, where that pays and nobody is late for it.</summary>
public sealed class BatchTests
{
    [Fact]
    public async Task Inference_ThreeRobotsWait_AreAnsweredTogether_AndEachHearsItsOwn()
    {
        var policy = new BatchingPolicy();
        await using var server = await RunningServer.StartAsync(policy);
        server.App.Services.GetRequiredService<ServedModels>().First.Costs.Begin([0.010, 0.012, 0.014, 0.016]);
        var streams = await OpenAsync(server, 4);
        policy.Close();
        await streams[0].SendAsync(TestRobot.Observe(1));
        await policy.EnteredAsync(1);

        await streams[1].SendAsync(TestRobot.Observe(11));
        await streams[2].SendAsync(TestRobot.Observe(12, "broken"));
        await streams[3].SendAsync(TestRobot.Observe(13));
        await Patience.Until(() => server.App.Services.GetRequiredService<InferenceQueue>().Count == 3);
        policy.Open();

        Assert.Equal(1, Assert.IsType<ChunkArrived>(await streams[0].NextEventAsync()).Chunk.BasedOnSequence);
        Assert.Equal(11, Assert.IsType<ChunkArrived>(await streams[1].NextEventAsync()).Chunk.BasedOnSequence);
        var broken = Assert.IsType<ObservationUnanswered>(await streams[2].NextEventAsync());
        Assert.Equal((12, UnansweredResult.Invalid), (broken.BasedOnSequence, broken.Result));
        Assert.Equal(13, Assert.IsType<ChunkArrived>(await streams[3].NextEventAsync()).Chunk.BasedOnSequence);
        Assert.Equal([1, 3], policy.Batches);
        foreach (var stream in streams) stream.Dispose();
    }

    [Fact]
    public async Task Inference_MostUrgentCannotWaitForTheOthers_GoesAlone()
    {
        var policy = new BatchingPolicy();
        await using var server = await RunningServer.StartAsync(policy);
        server.App.Services.GetRequiredService<ServedModels>().First.Costs.Begin([0.010, 100, 101]);   // pays, and is too late
        var streams = await OpenAsync(server, 3);
        policy.Close();
        await streams[0].SendAsync(TestRobot.Observe(1));
        await policy.EnteredAsync(1);
        await streams[1].SendAsync(TestRobot.Observe(11));
        await streams[2].SendAsync(TestRobot.Observe(12));
        await Patience.Until(() => server.App.Services.GetRequiredService<InferenceQueue>().Count == 2);
        policy.Open();
        foreach (var stream in streams) Assert.IsType<ChunkArrived>(await stream.NextEventAsync());
        Assert.Equal([1, 1, 1], policy.Batches);
        foreach (var stream in streams) stream.Dispose();
    }

    private static async Task<RawStream[]> OpenAsync(RunningServer server, int robots) =>
        await Task.WhenAll(Enumerable.Range(0, robots).Select(i => RawStream.OpenAsync(server, TestRobot.Contract with { RobotId = $"robot-{i}", ObservationRateHz = 1 })));

    /// <summary>Holds still, one by one or together; its gate can be closed.</summary>
    private sealed class BatchingPolicy : HoldPolicy, IBatchPolicy, IDisposable
    {
        private readonly ManualResetEventSlim _gate = new(initialState: true);
        private readonly List<int> _batches = [];
        private volatile int _entered;

        public IReadOnlyList<int> Batches => _batches;

        public void Close()
        {
            _batches.Clear();
            _entered = 0;
            _gate.Reset();
        }

        public void Open() => _gate.Set();

        public void Dispose() => _gate.Dispose();

        public Task EnteredAsync(int times) => Patience.Until(() => _entered >= times);

        public override ValueTask<ActionChunk> InferAsync(Observation observation, CancellationToken cancellationToken)
        {
            Enter(1, cancellationToken);
            return base.InferAsync(observation, cancellationToken);
        }

        public IReadOnlyList<BatchAnswer> InferBatch(IReadOnlyList<Observation> observations, CancellationToken cancellationToken)
        {
            Enter(observations.Count, cancellationToken);
            return [.. observations.Select(o => o.Instruction == "broken" ? new BatchAnswer(null, new("instruction", "it is broken"))
                : new BatchAnswer(base.InferAsync(o, cancellationToken).AsTask().GetAwaiter().GetResult(), null))];
        }

        private void Enter(int batch, CancellationToken stop)
        {
            _batches.Add(batch);
            _entered++;
            _gate.Wait(stop);
        }
    }
}
