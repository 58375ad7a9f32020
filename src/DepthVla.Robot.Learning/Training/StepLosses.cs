using DepthVla.Robot.Learning.Configuration;
using DepthVla.Robot.Learning.Losses;
using DepthVla.Robot.Learning.Parameters;
using DepthVla.Robot.Learning.Replicas;
using DepthVla.Robot.Learning.Samples;
using DepthVla.Robot.Model.Network;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Learning.Training;

/// <summary>What one batch costs, loss by loss.</summary>
/// <param name="Flow">L_flow.</param>
/// <param name="Depth">L_si; NaN when it was not asked for.</param>
/// <param name="Pointer">NaN when it was not asked for, like the rest.</param>
/// <param name="PointerAccuracy">The share of named things found, 0 to 1.</param>
/// <param name="Dense">Of the encoder's tokens.</param>
internal sealed record StepLosses(double Flow, double Depth, double Pointer, double PointerAccuracy, double Dense)
{
    /// <summary>How far the depth is off; known where it was asked for, as validation does.</summary>
    internal DepthScores Scores { get; init; } = DepthScores.None;

    /// <summary>Runs the network that serves over a batch: one prefix an observation, shared by all its noisy chunks.</summary>
    /// <param name="network">Built from the weights.</param>
    /// <param name="weights">The leaves, with the training heads.</param>
    /// <param name="batch">The observations.</param>
    /// <param name="config">How much each loss counts.</param>
    /// <param name="learn">Gets the weighted sum, to derive it while all is alive that it came from; null to judge, which knows more of depth.</param>
    internal static StepLosses Of(DepthVlaNetwork network, LeafWeights weights, Batch batch, TrainingConfig config, Action<Tensor>? learn)
    {
        using var scope = new TensorScope();
        var shares = config.Losses;
        var wantDepth = network.Depth is not null && batch.Depth is not null && shares.Depth > 0;

        var prefix = network.ComputePrefix(batch.Input, new StageClock(network.Device), wantDepth ? PrefixOutputs.Depth : PrefixOutputs.None);
        var draws = (int)(batch.Actions.Size(0) / batch.Input.Images.Size(0));
        var times = Tensor.From<double>(batch.Times, [batch.Actions.Size(0), batch.Times.Length / batch.Actions.Size(0), 1]).To(batch.Noise.DType).To(network.Device);
        var velocity = network.Velocity(prefix.ForDraws(draws), FlowMatching.Noisy(batch.Noise, batch.Actions, times), batch.Times);
        var flow = FlowMatching.Loss(velocity, batch.Noise, batch.Actions, batch.FlowWeights);
        var total = flow * shares.Flow;

        Tensor? depth = null, pointer = null, dense = null;
        var (accuracy, scores) = (double.NaN, DepthScores.None);
        if (wantDepth)
        {
            var logDepth = network.Depth!.Clamp(network.Depth.LogDepth(prefix.DepthOutput!));
            total += (depth = ScaleInvariantDepth.Loss(logDepth, batch.Depth!)) * shares.Depth;
            if (learn is null) scores = DepthScores.Of(logDepth, batch.Depth!);
        }

        if (batch.Points is { } points)
        {
            var imageTokens = batch.Input.Images.Size(1) * network.ImageTokens;
            if (shares.Pointer > 0)
            {
                var tokens = prefix.VlmLastInput.Slice(1, 0, imageTokens);
                var (w, b) = (weights[TrainingHeads.Pointer + ".weight"], weights[TrainingHeads.Pointer + ".bias"]);
                total += (pointer = PointLoss.Loss(tokens, w, b, points.Named!)) * shares.Pointer;
                accuracy = PointLoss.Accuracy(tokens, w, b, points.Named!);
            }

            if (shares.Dense > 0)
            {
                var tokens = prefix.VlmInput.Slice(1, 0, imageTokens);
                total += (dense = PointLoss.Loss(tokens, weights[TrainingHeads.Dense + ".weight"], weights[TrainingHeads.Dense + ".bias"], points)) * shares.Dense;
            }
        }

        learn?.Invoke(total);
        return new StepLosses(Number(flow), Number(depth), Number(pointer), accuracy, Number(dense)) { Scores = scores };
    }

    /// <summary>The depth expert by itself: L_si, whatever its weight in a joint run.</summary>
    internal static StepLosses Of(DepthNetwork network, DepthBatch batch, Action<Tensor>? learn)
    {
        using var scope = new TensorScope();
        var logDepth = network.LogDepth(batch.Pictures);
        var loss = ScaleInvariantDepth.Loss(logDepth, batch.Depth);
        var scores = learn is null ? DepthScores.Of(logDepth, batch.Depth) : DepthScores.None;
        learn?.Invoke(loss);
        return new StepLosses(double.NaN, Number(loss), double.NaN, double.NaN, double.NaN) { Scores = scores };
    }

    /// <summary>Means.</summary>
    internal static StepLosses Mean(IReadOnlyCollection<StepLosses> parts, IReplicas replicas)
    {
        float Of(Func<StepLosses, double> loss) => (float)(parts.Average(loss) / replicas.Count);
        float[] means = [Of(l => l.Flow), Of(l => l.Depth), Of(l => l.Pointer), Of(l => l.PointerAccuracy), Of(l => l.Dense)];
        replicas.Sum(means);
        return new StepLosses(means[0], means[1], means[2], means[3], means[4]);
    }

    private static double Number(Tensor? loss) => loss is null ? double.NaN : loss.Detach().To(DType.Float32).ToArray<float>()[0];
}
