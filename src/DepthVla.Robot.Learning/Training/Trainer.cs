using DepthVla.Robot.Learning.Configuration;
using DepthVla.Robot.Learning.Optimisation;
using DepthVla.Robot.Learning.Parameters;
using DepthVla.Robot.Learning.Replicas;
using DepthVla.Robot.Learning.Samples;
using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Diffusion;
using DepthVla.Robot.Model.Network;
using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Learning.Training;

/// <summary>Makes steps: batch, losses, gradients, AdamW, moving average. What a step does depends on masters, moments, config and step number alone.</summary>
internal sealed class Trainer : IDisposable
{
    private readonly TrainingConfig _config;
    private readonly NetworkConfig _network;
    private readonly TorchDevice _device;
    private readonly AdamW _optimizer;
    private readonly LearningRate _rate;
    private readonly ComputePrecision _precision;
    private readonly IReplicas _replicas;

    /// <param name="config">How to train.</param>
    /// <param name="network">What to train.</param>
    /// <param name="masters">The parameters to begin with, the same in every replica; from now on this trainer's.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="replicas">With whom.</param>
    internal Trainer(TrainingConfig config, NetworkConfig network, IReadOnlyDictionary<string, Tensor> masters, TorchDevice device, IReplicas replicas)
    {
        (_config, _network, Masters, _device, _replicas) = (config, network, masters, device, replicas);
        _optimizer = new AdamW(masters, config.Optimizer.Clip);
        _rate = new LearningRate(config.Optimizer.LearningRate, config.Optimizer.WarmUpSteps, config.Steps, config.Optimizer.FinalShare);
        _precision = config.Precision == TrainingPrecision.Bfloat16 ? ComputePrecision.BFloat16 : ComputePrecision.Float32;
        Average = masters.ToDictionary(m => m.Key, m => (m.Value + Tensor.Full(0, [], DType.Float32)).OutliveScope());
    }

    /// <summary>Steps made.</summary>
    internal long Step { get; set; }

    /// <summary>The parameters, float32, training heads included.</summary>
    internal IReadOnlyDictionary<string, Tensor> Masters { get; }

    /// <summary>Their moving average: the result.</summary>
    internal IReadOnlyDictionary<string, Tensor> Average { get; }

    /// <summary>The optimiser's memory.</summary>
    internal (IReadOnlyDictionary<string, Tensor> First, IReadOnlyDictionary<string, Tensor> Second) Moments => _optimizer.Moments;

    /// <summary>One optimiser step over a batch in parts.</summary>
    /// <param name="part">The batch's part of that number.</param>
    internal StepReport Learn(Func<int, ITrainingBatch> part)
    {
        using var scope = new TensorScope();
        using var leaves = new LeafWeights(Masters, name => _config.Freeze.Any(f => name.StartsWith(f, StringComparison.Ordinal)));
        var losses = new StepLosses[_config.Accumulate];
        for (var i = 0; i < losses.Length; i++)
        {
            using var inner = new TensorScope();
            using var again = _config.Recompute ? new Recomputation() : null;
            losses[i] = Losses(leaves, part(i), total => leaves.Backward(total, again));
        }

        var o = _config.Optimizer;
        var rate = _rate.At(Step);
        var norm = _optimizer.Step(leaves, Step + 1, new AdamWSettings(rate, o.Beta1, o.Beta2, o.WeightDecay), 1.0 / (losses.Length * _replicas.Count), _replicas);
        Step++;
        UpdateAverage();
        return new StepReport(Step, rate, norm, StepLosses.Mean(losses, _replicas));
    }

    /// <summary>The losses of a batch under the averaged weights, nothing learned.</summary>
    internal StepLosses Judge(ITrainingBatch batch)
    {
        using var grad = GradMode.Off();
        using var scope = new TensorScope();
        using var leaves = new LeafWeights(Average, _ => true);
        return Losses(leaves, batch, learn: null);
    }

    private StepLosses Losses(LeafWeights leaves, ITrainingBatch batch, Action<Tensor>? learn)
    {
        var weights = new WeightStore(leaves, _device, _precision);
        if (batch is DepthBatch pictures)
        {
            using var alone = new DepthNetwork(_network, weights);
            return StepLosses.Of(alone, pictures, learn);
        }

        if (_network.UNet is not null)
        {
            using var denoiser = new DiffusionNetwork(_network, weights);
            return StepLosses.Of(denoiser, leaves, (Batch)batch, _config, learn);
        }

        using var network = new DepthVlaNetwork(_network, weights);
        return StepLosses.Of(network, leaves, (Batch)batch, _config, learn);
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        foreach (var tensor in Average.Values.Concat(Masters.Values)) tensor.Dispose();
    }

    // A long memory would remember the random beginning for long: it grows with the steps.
    private void UpdateAverage()
    {
        using var grad = GradMode.Off();
        var memory = Math.Min(_config.Optimizer.Ema, Step / (Step + 20.0));
        string[] names = [.. Masters.Keys];
        ForEach.Lerp([.. names.Select(n => Average[n])], [.. names.Select(n => Masters[n])], 1 - memory);
    }
}

/// <summary>What one optimiser step did.</summary>
/// <param name="Step">Its number, from 1.</param>
/// <param name="LearningRate">Used.</param>
/// <param name="GradientNorm">Before clipping.</param>
/// <param name="Losses">Means over the parts of the batch and the replicas.</param>
internal sealed record StepReport(long Step, double LearningRate, double GradientNorm, StepLosses Losses);
