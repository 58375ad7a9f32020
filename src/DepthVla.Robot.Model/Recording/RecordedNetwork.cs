using DepthVla.Robot.Model.Continuing;
using DepthVla.Robot.Model.Experts;
using DepthVla.Robot.Model.Network;
using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Recording;

/// <summary>A network whose work is recorded once for inputs of each size and then only done again: from thousands of calls to one.</summary>
/// <remarks>
/// The same operators on the same numbers as the network does by itself, which is the reference. An input of a new size (another number of cameras, of
/// robots, or a prompt of another length) is recorded when it first comes, which takes some runs' time; so many sizes are kept, then the one that was not
/// seen for longest goes. So is each set of rows whose depth is known. Batches of prompts of unequal lengths, and
/// chunks that go on from a running plan, depend on more than sizes: the network does them by itself. For one thread at a time.
/// </remarks>
/// <param name="network">What is recorded.</param>
/// <param name="recorder">By what.</param>
/// <param name="keepsDepth">Whether anybody takes <see cref="Sampled.Depth"/>, which is overwritten by the next run.</param>
internal sealed class RecordedNetwork(IActionNetwork network, IRecorder recorder, bool keepsDepth = false) : IActionNetwork
{
    /// <summary>A recording of the paper's size holds some thousand kernels.</summary>
    internal const int MostRecordings = 32;

    private readonly Dictionary<Sizes, Recorded> _recorded = [];
    private long _runs;

    /// <inheritdoc/>
    public ComputePrecision Precision => network.Precision;

    /// <inheritdoc/>
    public Tensor EmbedText(Tensor ids) => network.EmbedText(ids);

    /// <inheritdoc/>
    public Sampled Sample(NetworkInput input, Tensor noise, bool wantDepth, IStageClock clock, RunningSteps? running = null)
    {
        if (running is not null || input.CameraMask is not null || input.TokenMask is not null) return network.Sample(input, noise, wantDepth, clock, running);
        var sizes = new Sizes(input.Images.Size(0), input.Images.Size(1), input.Tokens.Size(1), input.KnownDepth?.Pattern ?? "", wantDepth);
        if (!_recorded.TryGetValue(sizes, out var recorded))
        {
            if (_recorded.Count == MostRecordings) Forget();
            _recorded[sizes] = recorded = new Recorded(network, recorder, input, noise, wantDepth, keepsDepth);
        }

        recorded.LastRun = ++_runs;
        return recorded.Run(input, noise, clock);
    }

    public void Dispose()
    {
        foreach (var recorded in _recorded.Values) recorded.Dispose();
        network.Dispose();
    }

    private void Forget()
    {
        var oldest = _recorded.MinBy(r => r.Value.LastRun).Key;
        _recorded.Remove(oldest, out var recorded);
        recorded!.Dispose();
    }

    private readonly record struct Sizes(long Batch, long Cameras, long Text, string Known, bool WantDepth);

    /// <summary>One recording, and the memory it begins and ends at.</summary>
    private sealed class Recorded : IDisposable
    {
        private readonly NetworkInput _input;
        private readonly Tensor _noise;
        private readonly IRecording _recording;
        private readonly IStageTimes _times;
        private Tensor? _actions;
        private Tensor? _metres;
        private KeyValueCache? _depth;

        /// <summary>Which of all runs its last was.</summary>
        internal long LastRun { get; set; }

        internal Recorded(IActionNetwork network, IRecorder recorder, NetworkInput input, Tensor noise, bool wantDepth, bool keepsDepth)
        {
            using var scope = new TensorScope();
            static Tensor Own(Tensor tensor) => tensor.Clone().OutliveScope();
            _input = new(Own(input.Images), input.DepthImages is { } depth ? Own(depth) : null, Own(input.Tokens), Own(input.State), KnownDepth: input.KnownDepth?.Select(Own));
            _noise = Own(noise);
            (_recording, _times) = recorder.Record(clock =>
            {
                using var inner = new TensorScope();
                var result = network.Sample(_input, _noise, wantDepth, clock);
                Put(result.Actions, ref _actions);
                if (result.Metres is { } metres) Put(metres, ref _metres);
                if (keepsDepth && result.Depth is { } seen) (_depth ??= seen.Select(Own)).Overwrite(seen);
            });
        }

        internal Sampled Run(NetworkInput input, Tensor noise, IStageClock clock)
        {
            _input.Images.Overwrite(input.Images);
            if (input.DepthImages is { } depth) _input.DepthImages!.Overwrite(depth);
            _input.Tokens.Overwrite(input.Tokens);
            _input.State.Overwrite(input.State);
            if (input.KnownDepth is { } known) _input.KnownDepth!.Overwrite(known);
            _noise.Overwrite(noise);
            _recording.Replay();
            _times.AddTo(clock);
            return new(_actions!.Clone(), _metres?.Clone(), _depth);
        }

        public void Dispose()
        {
            _recording.Dispose();
            _times.Dispose();
            foreach (var tensor in (Tensor?[])[_input.Images, _input.DepthImages, _input.Tokens, _input.State, _noise, _actions, _metres]) tensor?.Dispose();
            _input.KnownDepth?.Dispose();
            _depth?.Dispose();
        }

        // Where it ends is made by the first run, before anything is recorded.
        private static void Put(Tensor result, ref Tensor? place)
        {
            place ??= result.Clone().OutliveScope();
            place.Overwrite(result);
        }
    }
}
