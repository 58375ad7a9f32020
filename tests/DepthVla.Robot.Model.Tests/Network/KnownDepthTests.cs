using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Experts;
using DepthVla.Robot.Model.Network;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Tests.Network;

/// <summary>Depth that was read before: as if it were read now, in any row of a batch.</summary>
public sealed class KnownDepthTests : IDisposable
{
    private readonly GradMode _grad = GradMode.Off();
    private readonly TensorScope _scope = new();

    public void Dispose()
    {
        _scope.Dispose();
        _grad.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Sample_SomeRowsKnown_AreThoseOfTheirDepthPictures(bool crossCamera)
    {
        using var network = TinyNetwork.Build(TinyNetwork.Config with { Attention = new AttentionConfig { CrossCamera = crossCamera } }, weightScale: 4);
        var input = TinyNetwork.Input(3, batch: 4);
        var (noise, pictures) = (Noise(4), input.DepthImages!);
        var whole = Sample(network, input, noise);
        KeyValueCache Read(int row) => Sample(network, Row(input, row), Noise(1)).Depth!;

        var known = new KnownDepth([Read(0), null, Read(2), null]);
        var partly = Sample(network, input with { DepthImages = Tensor.Cat([pictures.Slice(0, 1, 2), pictures.Slice(0, 3, 4)], 0), KnownDepth = known }, noise, wantDepth: true);
        var all = Sample(network, input with { DepthImages = null, KnownDepth = new([.. Enumerable.Range(0, 4).Select(Read)]) }, noise);

        Near(whole.Actions, partly.Actions);
        Near(whole.Actions, all.Actions);
        Assert.Equal(2, partly.Metres!.Size(0));
        var expected = Sample(network, input, noise, wantDepth: true).Metres!;
        Near(Tensor.Cat([expected.Slice(0, 1, 2), expected.Slice(0, 3, 4)], 0), partly.Metres);
        for (var layer = 0; layer < whole.Depth!.Keys.Count; layer++) Near(whole.Depth.Keys[layer], partly.Depth!.Keys[layer]);
    }

    [Fact]
    public void Sample_DepthOfAnotherObservation_IsThatOfItsPictures()
    {
        using var network = TinyNetwork.Build(weightScale: 4);
        var (before, now) = (TinyNetwork.Input(1, depthSeed: 5), TinyNetwork.Input(2, depthSeed: 6));
        var known = now with { DepthImages = null, KnownDepth = new([Sample(network, before, Noise(1)).Depth]) };
        var expected = Sample(network, now with { DepthImages = before.DepthImages }, Noise(1)).Actions.ToArray<float>();
        Assert.Equal(expected, Sample(network, known, Noise(1)).Actions.ToArray<float>());
        Assert.NotEqual(expected, Sample(network, now, Noise(1)).Actions.ToArray<float>());
    }

    [Fact]
    public void Join_KnownAndUnknownRows_KeepTheirPlaces()
    {
        using var network = TinyNetwork.Build();
        var (one, other) = (TinyNetwork.Input(1), TinyNetwork.Input(2));
        var depth = Sample(network, one, Noise(1)).Depth;
        var joined = NetworkInput.Join([other, one with { DepthImages = null, KnownDepth = new([depth]) }, other]);
        Assert.Equal(2, joined.DepthImages!.Size(0));
        Assert.Equal([null, depth, null], joined.KnownDepth!.Rows);
        Assert.Null(NetworkInput.Join([one, other]).KnownDepth);
    }

    private static Sampled Sample(DepthVlaNetwork network, NetworkInput input, Tensor noise, bool wantDepth = false) =>
        network.Sample(input, noise, wantDepth, new StageClock(TorchDevice.Cpu));

    private static NetworkInput Row(NetworkInput input, int row)
    {
        Tensor Of(Tensor t) => t.Slice(0, row, row + 1);
        return new(Of(input.Images), Of(input.DepthImages!), Of(input.Tokens), Of(input.State));
    }

    private static Tensor Noise(int batch) => TinyNetwork.Random(9, batch, TinyNetwork.Config.ActionHorizon, TinyNetwork.Config.ActionDim);

    // float32 sums in another order.
    private static void Near(Tensor expected, Tensor actual) =>
        Assert.All(expected.ToArray<float>().Zip(actual.ToArray<float>()), pair => Assert.Equal(pair.First, pair.Second, 1e-4f * Math.Max(1, Math.Abs(pair.First))));
}
