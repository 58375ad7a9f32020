using DepthVla.Robot.Fixtures;
using DepthVla.Robot.Learning.Configuration;
using DepthVla.Robot.Learning.Losses;
using DepthVla.Robot.Learning.Parameters;
using DepthVla.Robot.Learning.Samples;
using DepthVla.Robot.Learning.Training;
using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Import;
using DepthVla.Robot.Model.Network;
using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Safetensors;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Learning.Tests.Parity;

/// <summary>The gradient of every parameter, by the very step that training makes, against public reference code.</summary>
public sealed class GradientParityTests
{
    // Of the largest entry of each gradient: the fixtures' own statement for float32.
    private const double Tolerance = 1e-3;

    public static IEnumerable<TheoryDataRow<Fixture>> Policies =>
        FixtureFolders.Of(FixtureKind.Pi0).Concat(FixtureFolders.Of(FixtureKind.Pi05)).Concat(FixtureFolders.Of(FixtureKind.DepthVla));

    [Theory]
    [MemberData(nameof(Policies))]
    public void Gradient_OfEveryParameter_MatchesTheReference(Fixture fixture)
    {
        using var scope = new TensorScope();
        var network = Network(fixture);
        using var masters = new Masters(fixture, network);
        using var leaves = new LeafWeights(masters.ByName, _ => false);
        using var io = fixture.OpenIo();
        using var model = new DepthVlaNetwork(network, new WeightStore(leaves, TorchDevice.Cpu, ComputePrecision.Float32));

        var sum = 0f;
        StepLosses.Of(model, leaves, Batch(io, network), Config, total =>
        {
            sum = total.ToArray<float>()[0];
            leaves.Backward(total);
        });

        Assert.Equal(io.Values<double>("train.loss.f64")[0], sum, 1e-4);
        AssertGradients(fixture, network, leaves.Gradient);
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void Gradient_InFloat64_AgreesToRounding(Fixture fixture) => AssertInFloat64(fixture, again: null);

    /// <summary>Nothing but what goes into each layer is kept: the same gradients.</summary>
    [Theory]
    [MemberData(nameof(Policies))]
    public void Gradient_WithActivationsRecomputed_AgreesToRounding(Fixture fixture)
    {
        using var again = new Recomputation();
        AssertInFloat64(fixture, again);
    }

    [Fact]
    public void FrozenDepth_LeavesEveryOtherGradientAsItWas()
    {
        foreach (var row in FixtureFolders.Of(FixtureKind.DepthVla))
        {
            using var scope = new TensorScope();
            var network = Network(row.Data);
            using var masters = new Masters(row.Data, network);
            using var leaves = new LeafWeights(masters.ByName, name => name.StartsWith("depth", StringComparison.Ordinal));
            using var io = row.Data.OpenIo();
            using var model = new DepthVlaNetwork(network, new WeightStore(leaves, TorchDevice.Cpu, ComputePrecision.Float32));
            StepLosses.Of(model, leaves, Batch(io, network), Config, total => leaves.Backward(total));

            Assert.Null(leaves.Gradient("depth.encoder.pos_embed"));
            AssertGradients(row.Data, network, leaves.Gradient, only: name => !name.StartsWith("depth", StringComparison.Ordinal));
        }
    }

    private static void AssertInFloat64(Fixture fixture, Recomputation? again)
    {
        using var scope = new TensorScope();
        var network = Network(fixture);
        using var masters = new Masters(fixture, network, DType.Float64);
        using var leaves = new LeafWeights(masters.ByName, _ => false);
        using var io = fixture.OpenIo();
        using var model = new DepthVlaNetwork(network, new WeightStore(leaves, TorchDevice.Cpu, ComputePrecision.Float64));
        StepLosses.Of(model, leaves, Batch(io, network, DType.Float64), Config, total => leaves.Backward(total, again));
        AssertGradients(fixture, network, leaves.Gradient, 1e-6);
    }

    private static TrainingConfig Config => new() { Name = "fixture", Model = "", Data = [], Steps = 1, Draws = 1 };

    private static NetworkConfig Network(Fixture fixture) => fixture.Kind == FixtureKind.DepthVla ? FixtureNetworks.DepthVla(fixture, "full") : FixtureNetworks.Pi(fixture);

    private static void AssertGradients(Fixture fixture, NetworkConfig network, Func<string, Tensor?> actual, double tolerance = Tolerance, Func<string, bool>? only = null)
    {
        using var file = SafetensorsSet.Open(fixture.InFolder("grads.safetensors"));
        var table = ParameterTable.For(network);
        var reference = new ImportedWeights([new ImportSource(file, null)], table);
        var (differences, compared) = (new List<string>(), 0);
        // Some gradients are zero only because large terms cancel (a softmax ignores what is added to all keys): there, rounding of the terms is what is left.
        var rounding = tolerance * 1e-4 * table.Parameters.Where(p => reference.Contains(p.Name)).Max(p => Numbers(reference.Open(p.Name)).Max(Math.Abs));
        foreach (var parameter in table.Parameters.Where(p => only?.Invoke(p.Name) ?? true))
        {
            using var scope = new TensorScope();
            var gradient = actual(parameter.Name) is { } derived ? Numbers(derived) : null;
            var expected = reference.Contains(parameter.Name) ? Numbers(reference.Open(parameter.Name)) : [];
            var largest = expected.Select(Math.Abs).DefaultIfEmpty(0).Max();
            if (gradient is null && largest > 0) differences.Add($"{parameter}: none was derived; the reference's largest entry is {largest}");
            if (gradient is null) continue;
            compared++;
            var worst = expected.Length == 0 ? gradient.Max(Math.Abs) : gradient.Zip(expected, (a, b) => Math.Abs(a - b)).Max();
            if (!(worst <= tolerance * largest + rounding)) differences.Add($"{parameter}: worst {worst:g3} of {largest:g3}");
        }

        Assert.True(differences.Count == 0, $"{fixture}:\n{string.Join('\n', differences)}");
        Assert.True(compared > 50, $"{fixture}: only {compared} gradients were compared");
    }

    private static double[] Numbers(Tensor tensor)
    {
        using var scope = new TensorScope();
        return tensor.To(DType.Float64).ToArray<double>();
    }

    private static Batch Batch(SafetensorsFile io, NetworkConfig config, DType wide = DType.Float32)
    {
        Tensor Input(string name) => io.Tensor(name).To(wide);
        Tensor Stack(string prefix) => Tensor.Cat([.. config.ImageKeys.Select(c => Input($"{prefix}.{c}")).Select(t => t.Reshape(t.Size(0), 1, t.Size(1), t.Size(2), t.Size(3)))], 1);
        bool[][] Rows(string name) => [.. io.Values<bool>(name).Chunk((int)io.Entry(name).Shape[^1])];

        var images = Stack("images");
        var batch = (int)images.Size(0);
        var masks = config.ImageKeys.Select(c => Rows($"image_masks.{c}").SelectMany(r => r).ToArray()).ToArray();
        bool[][] cameras = [.. Enumerable.Range(0, batch).Select(row => masks.Select(m => m[row]).ToArray())];
        Tensor? depthImages = null;
        DepthTargets? depth = null;
        if (config.DepthEncoder is { } encoder)
        {
            Tensor Channels(IEnumerable<double> values) => Tensor.From<double>(values.ToArray(), [3, 1, 1]).To(wide);
            depthImages = images * Channels(encoder.ImageStd.Select(s => 0.5 / s)) + Channels(encoder.ImageStd.Zip(encoder.ImageMean, (s, m) => (0.5 - m) / s));
            var metres = io.Values<float>("train.depth");
            var pixels = metres.Length / batch / masks.Length;
            for (var i = 0; i < metres.Length; i++) if (!cameras[i / pixels / masks.Length][i / pixels % masks.Length]) metres[i] = 0;   // a missing camera has no valid pixel
            depth = DepthTargets.Of(metres, batch * masks.Length, wide, TorchDevice.Cpu);
        }

        var input = new NetworkInput(images, depthImages, io.Tensor("tokenized_prompt"), Input("state"), cameras, Rows("tokenized_prompt_mask"));
        return new Batch(input, Input("train.actions"), Input("train.noise"), [.. io.Tensor("train.time").To(DType.Float64).ToArray<double>()], null, depth, null);
    }

    private sealed class Masters : IDisposable
    {
        private readonly TensorScope _scope = new();

        internal Masters(Fixture fixture, NetworkConfig network, DType type = DType.Float32)
        {
            using var set = SafetensorsSet.Open(fixture.InFolder("weights.safetensors"));
            var weights = new ImportedWeights([new ImportSource(set, null)], ParameterTable.For(network));
            ByName = ParameterTable.For(network).Parameters.ToDictionary(p => p.Name, p => weights.Open(p.Name).To(type) * 1.0);
        }

        internal Dictionary<string, Tensor> ByName { get; }

        public void Dispose() => _scope.Dispose();
    }
}
