using DepthVla.Robot.Fixtures;
using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Network;
using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Safetensors;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Tests.Parity;

/// <summary>Our network without a depth expert against openpi's π0 and π0.5.</summary>
public sealed class PiParityTests
{
    public static IEnumerable<TheoryDataRow<Fixture, ComputePrecision>> Pi => Precisions.Of(FixtureKind.Pi0).Concat(Precisions.Of(FixtureKind.Pi05));

    [Theory]
    [MemberData(nameof(Pi))]
    public void Network_EveryTensor_MatchesTheReference(Fixture fixture, ComputePrecision precision)
    {
        using var scope = new TensorScope();
        using var grad = GradMode.Off();
        using var reference = new ReferenceNumbers(fixture, precision) { Tolerance = (1e-4, 1e-4) };
        var config = FixtureNetworks.Pi(fixture);
        using var set = SafetensorsSet.Open(fixture.InFolder("weights.safetensors"));
        using var network = new DepthVlaNetwork(config, FixtureNetworks.Import(config, set, precision));
        var run = new PolicyRun(reference, config, network);

        CheckPrefix(reference, run);
        CheckStep(reference, run);
        run.CheckSampling("", run.Prefix(run.Padded));
        CheckTraining(reference, run);
        reference.AssertAllAgree();
    }

    private static void CheckPrefix(ReferenceNumbers reference, PolicyRun run)
    {
        var (network, layout) = (run.Network, new TokenLayout(run.Config, run.Padded));
        var imageTokens = run.Config.ImageTokens;
        var embedded = Tensor.Cat([network.Vlm.EmbedImages(run.Images), network.Vlm.EmbedText(run.Tokens)], 1);
        bool[] valid = [.. layout.VlmValid.SelectMany(v => v)];

        for (var c = 0; c < run.Config.ImageKeys.Length; c++)
        {
            reference.Check($"image_features.{run.Config.ImageKeys[c]}", embedded.Slice(1, c * imageTokens, (c + 1) * imageTokens));
        }

        reference.Check("prefix.embs", embedded);
        reference.CheckExact("prefix.pad_masks", valid);
        reference.CheckExact("prefix.att_masks", valid.Select(_ => false));
        reference.CheckExact("prefix.position_ids", layout.VlmPositions.SelectMany(p => p));
        var length = layout.VlmValid[0].Length;
        reference.CheckExact("prefix.att_2d_masks", Block(run.Config, layout, 0, length, length));

        var prefix = run.Prefix(run.Padded);
        reference.Check("prefix.output", network.Vlm.Decoder.Norm(prefix.VlmHidden!), valid);
        reference.CheckCache("prefix.cache", prefix.Vlm, layout.VlmValid);
    }

    private static void CheckStep(ReferenceNumbers reference, PolicyRun run)
    {
        var (network, layout) = (run.Network, new TokenLayout(run.Config, run.Padded));
        var (noisy, times) = (reference.Input("step.x_t"), run.Numbers("step.t"));
        var (actions, condition) = network.Heads.ActionTokens(noisy, times);
        var tokens = layout.HasStateToken ? Tensor.Cat([network.Heads.StateToken(run.State), actions], 1) : actions;

        reference.Check("step.time_embedding", network.Heads.Time(times));
        reference.Check("step.suffix_embs", tokens);
        if (condition is not null) reference.Check("step.adarms_cond", condition);
        reference.CheckExact("step.suffix_pad_masks", Enumerable.Repeat(true, run.Batch * layout.SuffixTokens));
        reference.CheckExact("step.suffix_att_masks", Enumerable.Range(0, run.Batch).SelectMany(_ =>
            Enumerable.Range(0, layout.SuffixTokens).Select(i => i == 0 || (layout.HasStateToken && i == 1))));
        reference.CheckExact("step.position_ids", layout.SuffixPositions.SelectMany(p => p));
        var prefixLength = layout.VlmValid[0].Length;
        reference.CheckExact("step.att_2d_masks", Block(run.Config, layout, prefixLength, layout.SuffixTokens, prefixLength + layout.SuffixTokens));
        reference.Check("step.v_t", network.Velocity(run.Prefix(run.Padded), noisy, times));
    }

    private static void CheckTraining(ReferenceNumbers reference, PolicyRun run)
    {
        var (actions, noise, times) = (reference.Input("train.actions"), reference.Input("train.noise"), run.Numbers("train.time"));
        var t = Tensor.From<double>(times, [run.Batch, 1, 1]).To(actions.DType);
        var noisy = noise * t + (actions - actions * t);
        var velocity = run.Network.JointPass(run.Padded, noisy, times).Velocity;
        var error = noise - actions - velocity;
        reference.Check("train.x_t", noisy);
        reference.Check("train.v_t", velocity);
        reference.Check("train.loss_elements", error * error);
        reference.CheckScalar("train.loss", (error * error).To(DType.Float64).ToArray<double>().Average());
    }

    /// <summary>Rows first … first + rows − 1 and the first columns of the joint mask.</summary>
    private static IEnumerable<bool> Block(NetworkConfig config, TokenLayout layout, int first, int rows, int columns)
    {
        foreach (var mask in AttentionMask.Build(config, layout))
        {
            var tokens = (int)Math.Sqrt(mask.Length);
            for (var i = first; i < first + rows; i++) for (var j = 0; j < columns; j++) yield return mask[i * tokens + j];
        }
    }
}
