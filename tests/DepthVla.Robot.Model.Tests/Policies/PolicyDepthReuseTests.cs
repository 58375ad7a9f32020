using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Model.Checkpoints;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Tests.Policies;

/// <summary>One in so many of a robot's observations has its depth read.</summary>
[Collection(nameof(AloneInTheProcess))]
public sealed class PolicyDepthReuseTests : IDisposable
{
    private const long Period = 200_000_000;

    private readonly TinyPolicy _always = new(), _second = new(depthEvery: 2), _third = new(depthEvery: 3);
    private readonly PolicyMemory _memory = new();

    public void Dispose()
    {
        _memory.Dispose();
        foreach (var policy in (TinyPolicy[])[_always, _second, _third]) policy.Dispose();
    }

    [Fact]
    public async Task InferAsync_OneInThree_SaysWhoseDepthEachChunkHas()
    {
        var says = new List<long?>();
        for (var i = 1; i <= 7; i++) says.Add((await _third.Infer(Seen(i))).DepthBasedOnSequence);
        Assert.Equal([null, 1, 1, null, 4, 4, null], says);
    }

    [Fact]
    public async Task InferAsync_SamePicturesOtherWords_IsTheChunkWithDepthReadAnew()
    {
        await _second.Infer(Seen(1));
        var next = Seen(2) with { Instruction = "put the carrot on the plate" };
        Assert.Equal(await _always.InferBits(next), await _second.InferBits(next));
    }

    [Fact]
    public async Task InferAsync_OtherPictures_AreSeenButForTheirDepth()
    {
        await _second.Infer(Seen(1));
        var next = Seen(2, picture: 7);
        var chunk = await _second.Infer(next);
        Assert.Equal(1, chunk.DepthBasedOnSequence);
        Assert.NotEqual(await _always.InferBits(next), TinyPolicy.Bits(chunk));
        Assert.NotEqual(await _always.InferBits(Seen(2)), TinyPolicy.Bits(chunk));
    }

    [Fact]
    public async Task InferAsync_WhatMayNotBeOldDepth_IsReadAnew()
    {
        var observation = Seen(2);
        Observation[] anew =
        [
            observation with { WantDepth = true }, observation with { CaptureTimeNs = observation.CaptureTimeNs + 1_000_000_000 }, observation with { CaptureTimeNs = 0 },
            observation with { Sequence = 1 }, observation with { Memory = null }, observation with { Frames = [observation.Frames[0]] },
        ];
        foreach (var one in anew)
        {
            using var memory = new PolicyMemory();
            await _second.Infer(Seen(1) with { Memory = memory });
            var chunk = await _second.Infer(one.Memory is null ? one : one with { Memory = memory });
            Assert.Null(chunk.DepthBasedOnSequence);
            Assert.Equal(await _always.InferBits(one), TinyPolicy.Bits(chunk));
        }
    }

    [Fact]
    public async Task InferAsync_AnotherMemory_KnowsNothing()
    {
        await _second.Infer(Seen(1));
        using var another = new PolicyMemory();
        Assert.Null((await _second.Infer(Seen(2) with { Memory = another })).DepthBasedOnSequence);
        Assert.Equal(1, (await _second.Infer(Seen(3))).DepthBasedOnSequence);
    }

    [Fact]
    public async Task InferBatch_RobotsInDifferentPhases_EachIsAsIfAlone()
    {
        using var other = new PolicyMemory();
        using var third = new PolicyMemory();
        Observation[] first = [Seen(1, picture: 3), Seen(1, picture: 5) with { Memory = other }];
        Observation[] together =
        [
            Seen(2, picture: 4), Seen(1, picture: 9) with { Memory = third, Instruction = "put the carrot on the plate, the yellow one" },
            Seen(2, picture: 6) with { Memory = other, WantDepth = true }, Seen(1, picture: 8) with { Memory = null },
        ];
        foreach (var one in first) await _second.Infer(one);
        var answers = _second.InferBatch(together);

        // The same again one by one, in memories of their own.
        foreach (var (i, one) in together.Index())
        {
            using var memory = new PolicyMemory();
            if (i == 0) await _second.Infer(first[0] with { Memory = memory });
            if (i == 2) await _second.Infer(first[1] with { Memory = memory });
            var expected = await _second.Infer(one with { Memory = memory });
            Assert.Equal(expected.DepthBasedOnSequence, answers[i].Chunk!.DepthBasedOnSequence);
            Assert.Equal(expected.Depth.Length, answers[i].Chunk!.Depth.Length);
            Near(expected.Actions, answers[i].Chunk!.Actions);
            foreach (var (map, batched) in expected.Depth.Zip(answers[i].Chunk!.Depth)) Near(map.Metres, batched.Metres);
        }

        Assert.Equal([1, null, null, null], answers.Select(a => a.Chunk!.DepthBasedOnSequence));
    }

    [Fact]
    public async Task InferAsync_BrokenFrameBetween_IsRefusedAndTheNextReadAnew()
    {
        await _second.Infer(Seen(1));
        var broken = Seen(2);
        broken = broken with { Frames = [broken.Frames[0], broken.Frames[1] with { Encoding = Core.Cameras.ImageEncoding.Jpeg }] };
        await Assert.ThrowsAsync<InvalidObservationException>(() => _second.Infer(broken));
        Assert.Null((await _second.Infer(Seen(3))).DepthBasedOnSequence);
    }

    /// <summary>A robot leaves nothing behind, whenever it goes.</summary>
    [Fact]
    public async Task Dispose_OfAMemory_LeavesNoTensor()
    {
        await _second.Infer(Seen(1) with { Memory = null });
        var tensors = Tensor.Alive;
        for (var observations = 1; observations <= 5; observations++)
        {
            using var memory = new PolicyMemory();
            for (var i = 1; i <= observations; i++) await _second.Infer(Seen(i) with { Memory = memory });
            Assert.InRange(Tensor.Alive - tensors, 1, 2 * 18);     // keys and values of a layer each
        }

        Assert.Equal(tensors, Tensor.Alive);
    }

    [Fact]
    public void Load_LessThanOne_SaysWhatIsExpected()
    {
        var refused = Assert.Throws<CheckpointException>(() => new TinyPolicy(depthEvery: 0));
        Assert.Contains("depth every: expected 1 or more, got 0", refused.Message, StringComparison.Ordinal);
    }

    private Observation Seen(long sequence, int picture = 1)
    {
        var observation = TinyObservation.Create(sequence, TinyObservation.Frame("primary", TinyObservation.Picture(picture)), TinyObservation.Frame("wrist", TinyObservation.Picture(picture + 100)));
        return observation with { CaptureTimeNs = sequence * Period, Memory = _memory, NoiseSeed = 5 };
    }

    // bfloat16 sums in another order.
    private static void Near(ReadOnlyMemory<float> expected, ReadOnlyMemory<float> actual) =>
        Assert.All(expected.ToArray().Zip(actual.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 0.01f * Math.Max(1, Math.Abs(pair.First))));
}
