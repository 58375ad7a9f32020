using DepthVla.Robot.Core.Policies;

namespace DepthVla.Robot.Model.Tests.Policies;

public sealed class DepthVlaPolicyTests : IDisposable
{
    private readonly TinyPolicy _policy = new();

    public void Dispose() => _policy.Dispose();

    [Fact]
    public async Task InferAsync_SameObservationAndSeed_SameChunkBitForBit()
    {
        var observation = TinyObservation.Create() with { NoiseSeed = 5 };
        var first = await _policy.InferBits(observation);
        _ = await _policy.InferBits(TinyObservation.Create(sequence: 9)); // what came between leaves no trace
        Assert.Equal(first, await _policy.InferBits(observation));
    }

    [Fact]
    public async Task InferAsync_FreshlyLoaded_SameChunkBitForBit()
    {
        using var other = new TinyPolicy();
        Assert.Equal(await _policy.InferBits(TinyObservation.Create()), await other.InferBits(TinyObservation.Create()));
    }

    [Fact]
    public async Task InferAsync_AnotherSeed_AnotherChunk() => Assert.NotEqual(
        await _policy.InferBits(TinyObservation.Create() with { NoiseSeed = 5 }), await _policy.InferBits(TinyObservation.Create() with { NoiseSeed = 6 }));

    [Fact]
    public async Task InferAsync_DepthMasked_AnotherChunk()
    {
        using var masked = new TinyPolicy(maskDepth: true);
        Assert.NotEqual(await _policy.InferBits(TinyObservation.Create()), await masked.InferBits(TinyObservation.Create()));
    }

    [Fact]
    public async Task InferAsync_NoSeed_TakesTheSequence()
    {
        var chosen = await _policy.Infer(TinyObservation.Create(sequence: 42));
        var told = await _policy.Infer(TinyObservation.Create(sequence: 1) with { NoiseSeed = 42 });
        Assert.Equal((42UL, 42UL), (chosen.NoiseSeed, told.NoiseSeed));
        Assert.Equal(TinyPolicy.Bits(chosen), TinyPolicy.Bits(told));
    }

    [Fact]
    public async Task InferAsync_Chunk_HasTheContractsShapeAndTimes()
    {
        var chunk = await _policy.Infer(TinyObservation.Create(sequence: 3));
        Assert.Equal((_policy.Info.Horizon, _policy.Info.Joints.Length), (chunk.Steps, chunk.Dims));
        Assert.Equal((16, 7, 16 * 7), (chunk.Steps, chunk.Dims, chunk.Actions.Length));
        Assert.All(chunk.Actions.ToArray(), a => Assert.True(float.IsFinite(a)));
        Assert.Equal((3, 1_000_000_000, 66_666_667, 66_666_667), (chunk.BasedOnSequence, chunk.FirstStepTimeNs, chunk.StepPeriodNs, chunk.StepValidNs));
        Assert.Equal(_policy.Info.ModelHash, chunk.ModelHash);
    }

    /// <summary>
    /// Weights of σ 0.02 make almost no velocity, so that a sampled action stays near its noise: within 6 σ of the statistics' mean,
    /// about the present state where the joint is a delta, about 0.025 m for the gripper.
    /// </summary>
    [Fact]
    public async Task InferAsync_UntrainedWeights_MoveAboutTheStateAndNoFurther()
    {
        var chunk = await _policy.Infer(TinyObservation.Create());
        for (var i = 0; i < chunk.Actions.Length; i++)
        {
            var joint = i % chunk.Dims;
            var (centre, deviation) = joint < 6 ? (TinyObservation.Joints[joint], 0.06) : (0.025, 0.008);
            Assert.Equal(centre, chunk.Actions.Span[i], 6 * deviation);
        }
    }

    [Theory]
    [InlineData("state")]
    [InlineData("instruction")]
    [InlineData("primary")]
    [InlineData("wrist")]
    public async Task InferAsync_AnotherInput_AnotherChunk(string input)
    {
        var observation = TinyObservation.Create() with { NoiseSeed = 5 };
        var moved = (double[])TinyObservation.Joints.Clone();
        moved[6] += 0.01;                                                                        // the gripper is no delta: only the network can pass this on
        var other = input switch
        {
            "state" => observation with { Proprioception = Core.Joints.JointVector.From(moved) },
            "instruction" => observation with { Instruction = "put the carrot on the plate" },
            "primary" => observation with { Frames = observation.Frames.SetItem(0, TinyObservation.Frame("primary", TinyObservation.Picture(3))) },
            _ => observation with { Frames = observation.Frames.SetItem(1, TinyObservation.Frame("wrist", TinyObservation.Picture(3))) },
        };
        Assert.NotEqual(await _policy.InferBits(observation), await _policy.InferBits(other));
    }

    [Fact]
    public async Task InferAsync_Timings_NameTheStagesThatRan()
    {
        var timings = (await _policy.Infer(TinyObservation.Create())).Timings;
        foreach (var stage in Enum.GetValues<Stage>()) Assert.Equal(stage != Stage.Queue, timings[stage] > 0); // queueing is the server's to add
        Assert.True(timings[Stage.Total] >= timings[Stage.Prefill] + timings[Stage.Denoise]);
    }

    [Fact]
    public async Task InferAsync_Cancelled_DoesNotRun()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        using var policy = Model.Policies.DepthVlaPolicy.Load(TinyPolicy.Folder, Torch.Tensors.TorchDevice.Cpu);
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await policy.InferAsync(TinyObservation.Create(), cancelled.Token));
    }

    [Fact]
    public void Info_IsTheConfigs()
    {
        Assert.Equal(("depthvla-tiny-joints", 4_206_092L, "bfloat16", "cpu", false, true),
            (_policy.Info.Name, _policy.Info.Parameters, _policy.Info.Precision, _policy.Info.Device, _policy.Info.Trained, _policy.Info.HasDepth));
        Assert.Equal(["primary", "wrist"], _policy.Info.Cameras);
        Assert.Equal(["waist", "shoulder", "elbow", "forearm_roll", "wrist_angle", "wrist_rotate", "gripper"], _policy.Info.Joints.Select(j => j.Name));
        Assert.Equal((16, 15.0), (_policy.Info.Horizon, _policy.Info.StepRateHz));
    }
}
