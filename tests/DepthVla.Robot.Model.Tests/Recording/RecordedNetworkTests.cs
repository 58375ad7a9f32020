using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Network;
using DepthVla.Robot.Model.Recording;
using DepthVla.Robot.Model.Tests.Network;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Tests.Recording;

/// <summary>A recorded network against the network itself. The recorder here does the work again on the CPU, with the host's numbers kept out of it as a graph keeps them.</summary>
public sealed class RecordedNetworkTests : IDisposable
{
    private readonly TensorScope _scope = new();
    private readonly GradMode _grad = GradMode.Off();

    public enum Kind
    {
        DepthVla,
        Pi0,
        Pi05,
        NoBlockMask,
        CamerasApart,
        CamerasEachForItself,
    }

    public static TheoryData<Kind, bool> Kinds => new(from kind in Enum.GetValues<Kind>() from depth in (bool[])[false, true] select (kind, depth));

    public void Dispose()
    {
        _grad.Dispose();
        _scope.Dispose();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Sample_OneInputAfterTheOther_IsWhatTheNetworkSays(Kind kind, bool wantDepth)
    {
        using var network = TinyNetwork.Build(Config(kind));
        var recorder = new RerunRecorder();
        using var recorded = new RecordedNetwork(TinyNetwork.Build(Config(kind)), recorder);
        for (var seed = 1; seed <= 3; seed++)
        {
            var (input, noise) = (Input(kind, seed), Noise(seed));
            var (expected, actual) = (network.Sample(input, noise, wantDepth, Clock()), recorded.Sample(input, noise, wantDepth, Clock()));
            Assert.Equal(expected.Actions.ToArray<float>(), actual.Actions.ToArray<float>());
            Assert.Equal(expected.Metres?.ToArray<float>(), actual.Metres?.ToArray<float>());
        }

        Assert.Equal(1, recorder.Recordings);
        Assert.Equal(3, recorder.Replays);
    }

    [Fact]
    public void Sample_ResultOfBefore_StaysAsItWas()
    {
        using var recorded = new RecordedNetwork(TinyNetwork.Build(), new RerunRecorder());
        var first = recorded.Sample(TinyNetwork.Input(1), Noise(1), wantDepth: false, Clock()).Actions;
        var before = first.ToArray<float>();
        recorded.Sample(TinyNetwork.Input(2), Noise(2), wantDepth: false, Clock());
        Assert.Equal(before, first.ToArray<float>());
    }

    [Fact]
    public void Sample_AnotherSize_IsRecordedOnItsOwn()
    {
        var recorder = new RerunRecorder();
        using var network = TinyNetwork.Build();
        using var recorded = new RecordedNetwork(TinyNetwork.Build(), recorder);
        var whole = TinyNetwork.Input(1);
        NetworkInput[] inputs = [whole, whole with { Tokens = whole.Tokens.Slice(1, 0, 12) }, OneCamera(whole), TinyNetwork.Input(1, batch: 2), whole];
        foreach (var input in inputs)
        {
            var noise = Noise(4, input.Images.Size(0));
            Assert.Equal(network.Sample(input, noise, false, Clock()).Actions.ToArray<float>(), recorded.Sample(input, noise, false, Clock()).Actions.ToArray<float>());
        }

        Assert.Equal(4, recorder.Recordings);
    }

    /// <summary>A robot's depth is read in one answer and taken in the next, by itself and beside another whose is read.</summary>
    [Theory]
    [InlineData(Kind.DepthVla, false)]
    [InlineData(Kind.DepthVla, true)]
    [InlineData(Kind.CamerasEachForItself, true)]
    public void Sample_DepthThatWasReadBefore_IsRecordedPatternByPattern(Kind kind, bool wantDepth)
    {
        var recorder = new RerunRecorder();
        using var network = TinyNetwork.Build(Config(kind));
        using var recorded = new RecordedNetwork(TinyNetwork.Build(Config(kind)), recorder, keepsDepth: true);
        foreach (var seed in (int[])[1, 2])                                                      // recorded, then done again with other numbers
        {
            var (one, both) = (Input(kind, seed), TinyNetwork.Input(seed + 10, batch: 2));
            var (noise, noises) = (Noise(seed), Noise(seed, batch: 2));
            var (expected, actual) = (network.Sample(one, noise, wantDepth, Clock()), recorded.Sample(one, noise, wantDepth, Clock()));
            var (read, kept) = (expected.Depth!, actual.Depth!.Select(kv => kv.Clone()));
            for (var layer = 0; layer < read.Keys.Count; layer++) Assert.Equal(read.Values[layer].ToArray<float>(), kept.Values[layer].ToArray<float>());

            var alone = one with { DepthImages = null, KnownDepth = new([kept]) };
            var beside = both with { DepthImages = both.DepthImages!.Slice(0, 1, 2), KnownDepth = new([kept, null]) };
            Same(network.Sample(alone, noise, false, Clock()), recorded.Sample(alone, noise, false, Clock()));
            Same(network.Sample(beside, noises, wantDepth, Clock()), recorded.Sample(beside, noises, wantDepth, Clock()));
        }

        Assert.Equal(3, recorder.Recordings);
        Assert.Equal(6, recorder.Replays);
    }

    [Fact]
    public void Sample_NobodyKeepsDepth_ReturnsNone()
    {
        using var recorded = new RecordedNetwork(TinyNetwork.Build(), new RerunRecorder());
        Assert.Null(recorded.Sample(TinyNetwork.Input(1), Noise(1), wantDepth: false, Clock()).Depth);
    }

    [Fact]
    public void Sample_MoreSizesThanAreKept_ForgetsTheOneNotSeenForLongest()
    {
        var recorder = new RerunRecorder();
        using var recorded = new RecordedNetwork(TinyNetwork.Build(), recorder);
        var input = OneCamera(TinyNetwork.Input(1));
        void Ask(int text) => recorded.Sample(input with { Tokens = Tensor.Full(1, [1, text], DType.Int64) }, Noise(1), wantDepth: false, Clock());
        for (var text = 1; text <= RecordedNetwork.MostRecordings; text++) Ask(text);
        Ask(1);
        Ask(RecordedNetwork.MostRecordings + 1);                                                 // 2 goes
        Assert.Equal((RecordedNetwork.MostRecordings + 1, 1), (recorder.Recordings, recorder.Forgotten));
        Ask(1);
        Assert.Equal(RecordedNetwork.MostRecordings + 1, recorder.Recordings);
        Ask(2);
        Assert.Equal((RecordedNetwork.MostRecordings + 2, 2), (recorder.Recordings, recorder.Forgotten));
    }

    [Fact]
    public void Sample_PromptsOfUnequalLengths_AreLeftToTheNetwork()
    {
        var recorder = new RerunRecorder();
        using var recorded = new RecordedNetwork(TinyNetwork.Build(), recorder);
        bool[] words = [.. Enumerable.Range(0, 20).Select(i => i < 13)];
        recorded.Sample(TinyNetwork.Input(1) with { TokenMask = [words] }, Noise(1), false, Clock());
        Assert.Equal(0, recorder.Recordings);
    }

    [Fact]
    public void Sample_StageTimes_AreThoseOfTheRecording()
    {
        using var recorded = new RecordedNetwork(TinyNetwork.Build(), new RerunRecorder());
        var clock = new StageClock(TorchDevice.Cpu);
        recorded.Sample(TinyNetwork.Input(1), Noise(1), false, clock);
        Assert.Equal(RerunRecorder.EachStage.TotalNanoseconds, clock.Timings[Stage.Denoise]);
    }

    [Fact]
    public void Recording_HostsNumbers_AreRefused()
    {
        var tensor = TinyNetwork.Random(1, 2, 2);
        using var recording = Torch.Tensors.Recording.Begin();
        Assert.Contains("cannot be recorded", Assert.Throws<InvalidOperationException>(() => Tensor.From<float>([1], [1])).Message, StringComparison.Ordinal);
        Assert.Contains("cannot be recorded", Assert.Throws<InvalidOperationException>(() => tensor.ToArray<float>()).Message, StringComparison.Ordinal);
    }

    private static NetworkConfig Config(Kind kind)
    {
        var tiny = TinyNetwork.Config;
        return kind switch
        {
            Kind.Pi0 => tiny with { DepthImageSize = 0, DepthEncoder = null, DepthDecoder = null, DepthHead = null },
            Kind.Pi05 => tiny with { ActionExpert = tiny.ActionExpert! with { AdaptiveNorm = true } },
            Kind.NoBlockMask => tiny with { Attention = new AttentionConfig { BlockMask = false } },
            Kind.CamerasEachForItself => tiny with { Attention = new AttentionConfig { CrossCamera = false } },
            Kind.CamerasApart => tiny with { Attention = new AttentionConfig { CrossCamera = false, BlockMask = false } },
            _ => tiny,
        };
    }

    private static void Same(Sampled expected, Sampled actual)
    {
        Assert.Equal(expected.Actions.ToArray<float>(), actual.Actions.ToArray<float>());
        Assert.Equal(expected.Metres?.ToArray<float>(), actual.Metres?.ToArray<float>());
        Assert.Equal(expected.Depth!.Keys[^1].ToArray<float>(), actual.Depth!.Keys[^1].ToArray<float>());
    }

    private static NetworkInput Input(Kind kind, int seed) => kind == Kind.Pi0 ? TinyNetwork.Input(seed) with { DepthImages = null } : TinyNetwork.Input(seed);

    private static NetworkInput OneCamera(NetworkInput input) => input with { Images = input.Images.Slice(1, 0, 1), DepthImages = input.DepthImages!.Slice(1, 0, 1) };

    private static Tensor Noise(int seed, long batch = 1) => TinyNetwork.Random(seed, batch, TinyNetwork.Config.ActionHorizon, TinyNetwork.Config.ActionDim);

    private static StageClock Clock() => new(TorchDevice.Cpu);

    /// <summary>Does the work again.</summary>
    private sealed class RerunRecorder : IRecorder
    {
        internal static readonly TimeSpan EachStage = TimeSpan.FromMilliseconds(7);

        internal int Recordings { get; private set; }

        internal int Replays { get; private set; }

        internal int Forgotten { get; private set; }

        public (IRecording Recording, IStageTimes Times) Record(Action<IStageClock> work)
        {
            work(new StageClock(TorchDevice.Cpu));
            Recordings++;
            return (new Rerun(this, work), new Times());
        }

        private sealed class Rerun(RerunRecorder recorder, Action<IStageClock> work) : IRecording
        {
            public void Replay()
            {
                using var recording = Torch.Tensors.Recording.Begin();
                work(new StageClock(TorchDevice.Cpu));
                recorder.Replays++;
            }

            public void Dispose() => recorder.Forgotten++;
        }

        private sealed class Times : IStageTimes
        {
            public void AddTo(IStageClock clock) => clock.Add(Stage.Denoise, EachStage);

            public void Dispose() { }
        }
    }
}
