using DepthVla.Robot.Fixtures;
using DepthVla.Robot.Model.Encoders;
using DepthVla.Robot.Model.Operators;
using DepthVla.Robot.Model.Tests.Operators;
using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Safetensors;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Tests.Parity;

public sealed class DinoV2ParityTests
{
    public static IEnumerable<TheoryDataRow<Fixture, ComputePrecision, bool>> DinoV2 =>
        from row in Precisions.Of(FixtureKind.DinoV2)
        from folds in (bool[])[false, true]
        select new TheoryDataRow<Fixture, ComputePrecision, bool>(row.Data.Item1, row.Data.Item2, folds);

    public static IEnumerable<TheoryDataRow<Fixture, ComputePrecision>> DepthAnything => Precisions.Of(FixtureKind.DepthAnythingV2);

    /// <summary>The original and Hugging Face's port, each from weights under its own names, differ in the rule for positions alone; with LayerScale by itself, and folded into the weights.</summary>
    [Theory]
    [MemberData(nameof(DinoV2))]
    public void Encoder_BothImplementations_MatchTheReference(Fixture fixture, ComputePrecision precision, bool folds)
    {
        using var scope = new TensorScope();
        using var reference = new ReferenceNumbers(fixture, precision) { Tolerance = (1e-4, 1e-4) };
        (string Variant, string File, double Offset)[] implementations =
        [
            ("original", "weights_original.safetensors", fixture.Config.GetProperty("interpolate_offset_original").GetDouble()),
            ("hf", "weights.safetensors", 0),
        ];
        foreach (var (variant, file, offset) in implementations)
        {
            var config = FixtureNetworks.DinoV2(fixture.Config, offset);
            using var set = SafetensorsSet.Open(fixture.InFolder(file));
            using var weights = FixtureNetworks.Import(FixtureNetworks.AroundEncoder(config), set, precision, operators: folds ? new FusedOperators(new NoKernels()) : new EagerOperators());
            using var encoder = new DinoV2Encoder(config, weights, "depth.encoder");
            foreach (var size in Sizes(reference)) CheckSize(reference, encoder, size, variant);
        }

        reference.AssertAllAgree();
    }

    /// <summary>The encoder of Depth Anything V2; its DPT head (head.*, depth, image.*) is no part of DepthVLA and has its own test.</summary>
    [Theory]
    [MemberData(nameof(DepthAnything))]
    public void Encoder_OfDepthAnything_MatchesTheReference(Fixture fixture, ComputePrecision precision)
    {
        using var scope = new TensorScope();
        using var reference = new ReferenceNumbers(fixture, precision) { Tolerance = (2e-4, 2e-4) };
        var json = fixture.Config.GetProperty("encoder");
        var config = FixtureNetworks.DinoV2(json, json.GetProperty("interpolate_offset").GetDouble());
        using var set = SafetensorsSet.Open(fixture.InFolder("weights.safetensors"));
        using var weights = FixtureNetworks.Import(FixtureNetworks.AroundEncoder(config), set, precision);
        using var encoder = new DinoV2Encoder(config, weights, "depth.encoder");
        var taps = fixture.Config.GetProperty("intermediate_layer_idx").EnumerateArray().Select(t => t.GetInt32()).ToArray();

        foreach (var size in Sizes(reference).Where(s => s != "image"))
        {
            var x = encoder.Embed(reference.Input($"{size}.pixel_values"));
            for (var block = 0; block < encoder.Blocks.Count; block++)
            {
                x = encoder.Blocks[block].Forward(x);
                var tap = Array.IndexOf(taps, block);
                if (tap < 0) continue;
                var normed = encoder.Norm(x);
                reference.Check($"{size}.features.{tap}.cls", normed.Slice(1, 0, 1));
                reference.Check($"{size}.features.{tap}.patch", normed.Slice(1, 1, normed.Size(1)));
            }
        }

        reference.LeaveOut(n => n.StartsWith("image.", StringComparison.Ordinal) || n.Contains(".head.", StringComparison.Ordinal)
            || n.EndsWith(".depth", StringComparison.Ordinal) || n.EndsWith(".depth.f64", StringComparison.Ordinal));
        reference.AssertAllAgree();
    }

    private static void CheckSize(ReferenceNumbers reference, DinoV2Encoder encoder, string size, string variant)
    {
        var pixels = reference.Input($"{size}.pixel_values");
        var x = encoder.Embed(pixels);
        reference.Check($"{size}.{variant}.embeddings", x);
        for (var block = 0; block < encoder.Blocks.Count; block++)
        {
            x = encoder.Blocks[block].Forward(x);
            reference.Check($"{size}.{variant}.block.{block}", x);
        }

        reference.Check($"{size}.{variant}.norm", encoder.Forward(pixels));
        if (reference.Has($"{size}.{variant}.pooler")) reference.Check($"{size}.{variant}.pooler", encoder.Norm(x).Slice(1, 0, 1));
    }

    private static IEnumerable<string> Sizes(ReferenceNumbers reference) =>
        [.. reference.Names.Where(n => n.EndsWith(".pixel_values", StringComparison.Ordinal)).Select(n => n.Split('.')[0])];
}
