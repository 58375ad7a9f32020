using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Network;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Tests.Parity;

/// <summary>What the fixtures of π0, π0.5 and DepthVLA share: inputs by the same names, one flow step, a sampled chunk.</summary>
internal sealed class PolicyRun
{
    private readonly ReferenceNumbers _reference;
    private readonly string[] _cameras;

    internal PolicyRun(ReferenceNumbers reference, NetworkConfig config, DepthVlaNetwork network)
    {
        (_reference, Config, Network) = (reference, config, network);
        _cameras = [.. config.ImageKeys];
        CameraMask = [.. Transpose(_cameras.Select(c => reference.Rows($"image_masks.{c}")[0]).ToArray())];
        TokenMask = reference.Rows("tokenized_prompt_mask");
        Images = Stack(_cameras.Select(c => reference.Input($"images.{c}")));
        Tokens = reference.Input("tokenized_prompt");
        State = reference.Input("state");
    }

    internal NetworkConfig Config { get; }

    internal DepthVlaNetwork Network { get; }

    internal bool[][] CameraMask { get; }

    internal bool[][] TokenMask { get; }

    internal Tensor Images { get; }

    internal Tensor Tokens { get; }

    internal Tensor State { get; }

    internal int Batch => CameraMask.Length;

    /// <summary>The whole batch, absent cameras and padding included and masked.</summary>
    internal NetworkInput Padded => new(Images, DepthImages(Images), Tokens, State, CameraMask, TokenMask);

    /// <summary>One row with absent cameras and padding left out, as a server does.</summary>
    internal NetworkInput Compact(int row)
    {
        var images = Images.Slice(0, row, row + 1);
        var present = Enumerable.Range(0, _cameras.Length).Where(c => CameraMask[row][c]).Select(c => images.Slice(1, c, c + 1));
        var kept = Tensor.Cat([.. present], 1);
        var text = TokenMask[row].Count(t => t);
        return new(kept, DepthImages(kept), Tokens.Slice(0, row, row + 1).Slice(1, 0, text), State.Slice(0, row, row + 1));
    }

    internal Prefix Prefix(NetworkInput input) => Network.ComputePrefix(input, new StageClock(TorchDevice.Cpu));

    internal Tensor Sample(Prefix prefix, Tensor noise) => FlowSampler.Sample(noise, Config.NumSteps,
        (x, t) => Network.Velocity(prefix, x, [.. Enumerable.Repeat(t, (int)x.Size(0))]));

    /// <summary>x, t and v before every step, and the chunk.</summary>
    internal void CheckSampling(string prefixName, Prefix prefix)
    {
        var (xs, vs, ts) = (new List<Tensor>(), new List<Tensor>(), new List<double>());
        var actions = FlowSampler.Sample(_reference.Input("sample.noise"), Config.NumSteps, (x, t) =>
        {
            var v = Network.Velocity(prefix, x, [.. Enumerable.Repeat(t, (int)x.Size(0))]);
            xs.Add(x.Reshape([1, .. x.Shape]).Contiguous() * 1.0);
            vs.Add(v.Reshape([1, .. v.Shape]) * 1.0);
            ts.Add(t);
            // What is listed must outlive the sampler's own scopes.
            xs[^1].OutliveScope();
            vs[^1].OutliveScope();
            return v;
        });
        _reference.Check($"{prefixName}sample.actions", actions, tolerance: 1e-3);
        _reference.Check($"{prefixName}sample.x_t", Tensor.Cat(xs, 0), tolerance: 1e-3);
        _reference.Check($"{prefixName}sample.v_t", Tensor.Cat(vs, 0), tolerance: 1e-3);
        _reference.Check("sample.t", Tensor.From<double>(ts.ToArray(), [ts.Count]), tolerance: 1e-3);
        foreach (var tensor in xs.Concat(vs)) tensor.Dispose();
    }

    internal double[] Numbers(string name) => _reference.Input(name).To(DType.Float64).ToArray<double>();

    internal static T[][] Transpose<T>(T[][] rows) => [.. Enumerable.Range(0, rows[0].Length).Select(i => rows.Select(r => r[i]).ToArray())];

    /// <summary>[B, …] each → [B, n, …]</summary>
    internal static Tensor Stack(IEnumerable<Tensor> tensors) =>
        Tensor.Cat([.. tensors.Select(t => t.Reshape([t.Size(0), 1, .. t.Shape[1..]]))], 1);

    /// <summary>SigLIP's range to ImageNet's, in the precision under test: ((x + 1)/2 − mean)/std by channel.</summary>
    internal Tensor? DepthImages(Tensor images)
    {
        if (Config.DepthEncoder is not { } encoder) return null;
        Tensor Channels(IEnumerable<double> values) => Tensor.From<double>(values.ToArray(), [3, 1, 1]).To(images.DType);
        return images * Channels(encoder.ImageStd.Select(s => 0.5 / s)) + Channels(encoder.ImageStd.Zip(encoder.ImageMean, (s, m) => (0.5 - m) / s));
    }
}
