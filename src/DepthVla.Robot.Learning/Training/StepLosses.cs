using DepthVla.Robot.Learning.Configuration;
using DepthVla.Robot.Learning.Losses;
using DepthVla.Robot.Learning.Parameters;
using DepthVla.Robot.Learning.Replicas;
using DepthVla.Robot.Learning.Samples;
using DepthVla.Robot.Model.Diffusion;
using DepthVla.Robot.Model.Network;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Learning.Training;

/// <summary>What one batch costs, loss by loss.</summary>
/// <param name="Flow">L_flow; NaN when it was not asked for, like the rest.</param>
/// <param name="Depth">L_si.</param>
/// <param name="Pointer">Of the tokens that actions read.</param>
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
        var total = Tensor.Full(0, [], DType.Float32, network.Device);
        Tensor? flow = null;
        if (shares.Flow > 0) total += (flow = FlowLoss(network, prefix, batch)) * shares.Flow;

        Tensor? depth = null;
        var scores = DepthScores.None;
        if (wantDepth)
        {
            var logDepth = network.Depth!.Clamp(network.Depth.LogDepth(prefix.DepthOutput!));
            total += (depth = ScaleInvariantDepth.Loss(logDepth, batch.Depth!)) * shares.Depth;
            if (learn is null) scores = DepthScores.Of(logDepth, batch.Depth!);
        }

        var (pointer, accuracy, dense) = Pointed(prefix.VlmInput, prefix.VlmLastInput, weights, batch, config, ref total);
        learn?.Invoke(total);
        return new StepLosses(Number(flow), Number(depth), Number(pointer), accuracy, Number(dense)) { Scores = scores };
    }

    private static Tensor FlowLoss(DepthVlaNetwork network, Prefix prefix, Batch batch)
    {
        var draws = (int)(batch.Actions.Size(0) / batch.Input.Images.Size(0));
        var times = Tensor.From<double>(batch.Times, [batch.Actions.Size(0), batch.Times.Length / batch.Actions.Size(0), 1]).To(batch.Noise.DType).To(network.Device);
        var velocity = network.Velocity(prefix.ForDraws(draws), FlowMatching.Noisy(batch.Noise, batch.Actions, times), batch.Times);
        return FlowMatching.Loss(velocity, batch.Noise, batch.Actions, batch.FlowWeights);
    }

    /// <summary>A Diffusion Policy: the mean square of what it takes for the noise, less the noise, in the place of L_flow.</summary>
    internal static StepLosses Of(DiffusionNetwork network, LeafWeights weights, Batch batch, TrainingConfig config, Action<Tensor>? learn)
    {
        using var scope = new TensorScope();
        var observed = network.Observe(batch.Input, new StageClock(batch.Actions.Device));
        double[] signal = [.. batch.Times.Select(time => network.Schedule.Signal(network.Schedule.Level(time)))];
        Tensor Each(Func<double, double> of) => Tensor.From<double>([.. signal.Select(of)], [signal.Length, 1, 1]).To(batch.Noise.DType).To(batch.Noise.Device);
        var noisy = batch.Actions * Each(Math.Sqrt) + batch.Noise * Each(share => Math.Sqrt(1 - share));
        var error = batch.Noise - network.Epsilon(observed.Condition.RepeatRows(batch.Times.Length / observed.Condition.Size(0)), noisy, batch.Times);
        var denoising = (error * error).Mean();
        var total = denoising * config.Losses.Flow;
        var (pointer, accuracy, dense) = Pointed(observed.VlmInput, observed.VlmLastInput, weights, batch, config, ref total);
        learn?.Invoke(total);
        return new StepLosses(Number(denoising), double.NaN, Number(pointer), accuracy, Number(dense));
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

    // What image tokens know of places, added to the total as the config says.
    private static (Tensor? Pointer, double Accuracy, Tensor? Dense) Pointed(
        Tensor vlmInput, Tensor vlmLastInput, LeafWeights weights, Batch batch, TrainingConfig config, ref Tensor total)
    {
        if (batch.Points is not { } points) return (null, double.NaN, null);
        var imageTokens = vlmInput.Size(1) - batch.Input.Tokens.Size(1);
        Tensor? pointer = null, dense = null;
        var accuracy = double.NaN;
        if (config.Losses.Pointer > 0)
        {
            var tokens = vlmLastInput.Slice(1, 0, imageTokens);
            var (w, b) = (weights[TrainingHeads.Pointer + ".weight"], weights[TrainingHeads.Pointer + ".bias"]);
            total += (pointer = PointLoss.Loss(tokens, w, b, points.Named!)) * config.Losses.Pointer;
            accuracy = PointLoss.Accuracy(tokens, w, b, points.Named!);
        }

        if (config.Losses.Dense > 0)
        {
            var tokens = vlmInput.Slice(1, 0, imageTokens);
            total += (dense = PointLoss.Loss(tokens, weights[TrainingHeads.Dense + ".weight"], weights[TrainingHeads.Dense + ".bias"], points)) * config.Losses.Dense;
        }

        return (pointer, accuracy, dense);
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
