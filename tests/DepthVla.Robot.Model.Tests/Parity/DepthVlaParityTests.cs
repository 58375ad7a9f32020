using DepthVla.Robot.Fixtures;
using DepthVla.Robot.Imaging;
using DepthVla.Robot.Model.Network;
using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Safetensors;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Tests.Parity;

/// <summary>The whole policy and its variants against two independent implementations of the paper's description.</summary>
public sealed class DepthVlaParityTests
{
    public static IEnumerable<TheoryDataRow<Fixture, ComputePrecision>> DepthVla => Precisions.Of(FixtureKind.DepthVla);

    [Theory]
    [MemberData(nameof(DepthVla))]
    public void Network_EveryTensorOfEveryVariant_MatchesTheReference(Fixture fixture, ComputePrecision precision)
    {
        using var scope = new TensorScope();
        using var grad = GradMode.Off();
        using var reference = new ReferenceNumbers(fixture, precision) { Tolerance = (3e-5, 3e-5) };
        using var set = SafetensorsSet.Open(fixture.InFolder("weights.safetensors"));

        foreach (var variant in fixture.Config.GetProperty("variants").EnumerateObject().Select(v => v.Name))
        {
            using var inner = new TensorScope();
            var config = FixtureNetworks.DepthVla(fixture, variant);
            using var network = new DepthVlaNetwork(config, FixtureNetworks.Import(config, set, precision));
            var run = new PolicyRun(reference, config, network);
            if (variant == "full") CheckShared(reference, run);
            CheckVariant(reference, run, variant);
            CheckCompact(reference, run, variant);
            if (variant == "full") CheckTraining(reference, run);
        }

        reference.AssertAllAgree();
    }

    /// <summary>What does not depend on the attention flags.</summary>
    private static void CheckShared(ReferenceNumbers reference, PolicyRun run)
    {
        var (config, network, layout) = (run.Config, run.Network, new TokenLayout(run.Config, run.Padded));
        for (var c = 0; c < config.ImageKeys.Length; c++)
        {
            var camera = config.ImageKeys[c];
            var image = reference.Input($"images.{camera}");
            reference.Check($"images.{camera}", Pixels(reference, camera, PixelNormalization.SigLip), tolerance: 1e-6);
            var siglip = network.Vlm.Vision.Forward(image);
            reference.Check($"siglip.output.{camera}", siglip);
            reference.Check($"image_features.{camera}", network.Vlm.Project(siglip));

            var pixels = run.DepthImages(image)!;
            reference.Check($"dinov2.pixel_values.{camera}", Pixels(reference, camera, PixelNormalization.DinoV2), tolerance: 3e-6);
            reference.Check($"dinov2.pixel_values.{camera}", pixels);
            reference.Check($"dinov2.embeddings.{camera}", network.Depth!.Encoder.Embed(pixels));
            reference.Check($"dinov2.tokens.{camera}", network.Depth.Encode(pixels.Reshape([pixels.Size(0), 1, .. pixels.Shape[1..]])));
        }

        reference.Check("vlm.embs", Tensor.Cat([network.Vlm.EmbedImages(run.Images), network.Vlm.EmbedText(run.Tokens)], 1), Flat(layout.VlmValid));
        reference.CheckExact("vlm.pad_masks", Flat(layout.VlmValid));
        reference.CheckExact("vlm.position_ids", layout.VlmPositions.SelectMany(p => p));
        reference.Check("depth.embs", network.Depth!.Encode(run.Padded.DepthImages!), Flat(layout.DepthValid));
        reference.CheckExact("depth.pad_masks", Flat(layout.DepthValid));
        reference.CheckExact("depth.position_ids", layout.DepthPositions.SelectMany(p => p));

        var (noisy, times) = (reference.Input("step.x_t"), run.Numbers("step.t"));
        reference.Check("step.time_embedding", network.Heads.Time(times));
        reference.Check("step.suffix_embs", Tensor.Cat([network.Heads.StateToken(run.State), network.Heads.ActionTokens(noisy, times).Tokens], 1));
        reference.CheckExact("step.position_ids", layout.SuffixPositions.SelectMany(p => p));
    }

    private static void CheckVariant(ReferenceNumbers reference, PolicyRun run, string variant)
    {
        var (network, layout, prefix) = (run.Network, new TokenLayout(run.Config, run.Padded), run.Prefix(run.Padded));
        reference.CheckExact($"{variant}.att_2d_masks", Flat(AttentionMask.Build(run.Config, layout)));
        if (reference.Has($"{variant}.depth.position_ids")) reference.CheckExact($"{variant}.depth.position_ids", layout.DepthPositions.SelectMany(p => p));
        if (reference.Has($"{variant}.vlm.cache.key.0")) reference.CheckCache($"{variant}.vlm.cache", prefix.Vlm, layout.VlmValid);
        if (reference.Has($"{variant}.depth.cache.key.0")) reference.CheckCache($"{variant}.depth.cache", prefix.Depth!, layout.DepthValid);
        if (reference.Has($"{variant}.depth.output"))
        {
            var log = network.Depth!.LogDepth(prefix.DepthOutput!);
            reference.Check($"{variant}.depth.output", prefix.DepthOutput!, Flat(layout.DepthValid));
            reference.Check($"{variant}.depth.log", log, Flat(run.CameraMask));
            reference.Check($"{variant}.depth.map", network.Depth.Metres(log), Flat(run.CameraMask));
        }

        var (noisy, times) = (reference.Input("step.x_t"), run.Numbers("step.t"));
        reference.Check($"{variant}.step.v_t", network.Velocity(prefix, noisy, times));
        reference.Check($"{variant}.step.v_t", network.JointPass(run.Padded, noisy, times).Velocity);
        run.CheckSampling($"{variant}.", prefix);
    }

    /// <summary>What a server runs: row by row, absent cameras and padding left out, no mask anywhere.</summary>
    private static void CheckCompact(ReferenceNumbers reference, PolicyRun run, string variant)
    {
        var (noisy, times, noise) = (reference.Input("step.x_t"), run.Numbers("step.t"), reference.Input("sample.noise"));
        var (velocities, chunks) = (new List<Tensor>(), new List<Tensor>());
        for (var row = 0; row < run.Batch; row++)
        {
            var prefix = run.Prefix(run.Compact(row));
            velocities.Add(run.Network.Velocity(prefix, noisy.Slice(0, row, row + 1), [times[row]]));
            chunks.Add(run.Sample(prefix, noise.Slice(0, row, row + 1)));
        }

        reference.Check($"{variant}.step.v_t", Tensor.Cat(velocities, 0));
        reference.Check($"{variant}.sample.actions", Tensor.Cat(chunks, 0), tolerance: 1e-3);
    }

    private static void CheckTraining(ReferenceNumbers reference, PolicyRun run)
    {
        var (actions, noise, times) = (reference.Input("train.actions"), reference.Input("train.noise"), run.Numbers("train.time"));
        var t = Tensor.From<double>(times, [run.Batch, 1, 1]).To(actions.DType);
        var noisy = noise * t + (actions - actions * t);
        var (velocity, depthOutput) = run.Network.JointPass(run.Padded, noisy, times);
        var error = noise - actions - velocity;
        reference.Check("train.x_t", noisy);
        reference.Check("train.v_t", velocity);
        reference.Check("train.loss_elements", error * error);
        var flow = Numbers(error * error).Average();
        reference.CheckScalar("train.loss_flow", flow);
        CheckDepthLoss(reference, run, depthOutput!, flow);
    }

    /// <summary>The scale-invariant log loss, here in plain arithmetic from the predicted depth.</summary>
    private static void CheckDepthLoss(ReferenceNumbers reference, PolicyRun run, Tensor depthOutput, double flow)
    {
        var head = run.Config.DepthHead!;
        var (log, truth) = (Numbers(run.Network.Depth!.LogDepth(depthOutput)), run.Numbers("train.depth"));
        bool[] valid = [.. truth.Select(d => double.IsFinite(d) && d >= 0.001f && d <= 20)];
        reference.CheckExact("train.depth_valid", valid);

        var images = run.Batch * run.Config.ImageKeys.Length;
        var pixels = truth.Length / images;
        var losses = Enumerable.Range(0, images).Select(image =>
        {
            double[] y = [.. Enumerable.Range(image * pixels, pixels).Where(i => valid[i]).Select(i => Math.Clamp(log[i], head.LogDepthMin, head.LogDepthMax) - Math.Log(truth[i]))];
            return y.Length == 0 ? 0 : Math.Sqrt(y.Average(v => v * v) - 0.5 * y.Average() * y.Average() + 1e-8);
        }).ToArray();
        var mean = losses.Where((_, image) => valid.Skip(image * pixels).Take(pixels).Any(v => v)).Average();
        reference.Check("train.loss_si_images", Tensor.From<double>(losses, [images]));
        reference.CheckScalar("train.loss_si", mean);
        reference.CheckScalar("train.loss", mean + flow);
    }

    /// <summary>The pictures as the serving path makes them from bytes.</summary>
    private static Tensor Pixels(ReferenceNumbers reference, string camera, PixelNormalization normalization)
    {
        var bytes = reference.Input($"images_u8.{camera}");                                      // [B, H, W, 3]
        var (height, width) = ((int)bytes.Size(1), (int)bytes.Size(2));
        var pictures = bytes.ToArray<byte>().Chunk(height * width * 3).ToList();
        var planes = new float[pictures.Count * 3 * height * width];
        for (var i = 0; i < pictures.Count; i++) normalization.Apply(pictures[i], planes.AsSpan(i * pictures[i].Length, pictures[i].Length));
        return Tensor.From<float>(planes, [pictures.Count, 3, height, width]);
    }

    private static double[] Numbers(Tensor tensor) => tensor.To(DType.Float64).ToArray<double>();

    private static bool[] Flat(bool[][] rows) => [.. rows.SelectMany(r => r)];
}
