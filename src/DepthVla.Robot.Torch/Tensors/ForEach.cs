namespace DepthVla.Robot.Torch.Tensors;

/// <summary>What an optimiser does to all parameters at once. These, and <see cref="Tensor.CopyFrom"/>, alone change tensors in place.</summary>
public static class ForEach
{
    /// <summary>One step of AdamW (Loshchilov and Hutter, arXiv 1711.05101) by libtorch's fused kernel.</summary>
    /// <param name="parameters">float32; changed.</param>
    /// <param name="gradients">One a parameter.</param>
    /// <param name="firstMoments">Running means of the gradients; changed.</param>
    /// <param name="secondMoments">Running means of their squares; changed.</param>
    /// <param name="step">How many steps that makes, this one counted.</param>
    /// <param name="settings">Rates.</param>
    /// <param name="gradientScale">A float32 number that gradients are divided by, or null.</param>
    public static void AdamW(
        IReadOnlyList<Tensor> parameters, IReadOnlyList<Tensor> gradients, IReadOnlyList<Tensor> firstMoments, IReadOnlyList<Tensor> secondMoments,
        long step, AdamWSettings settings, Tensor? gradientScale)
    {
        using var count = Tensor.Full(step, [], DType.Float32, parameters[0].Device);
        Operator.Do("aten::_fused_adamw_"u8, ""u8, Argument.Tensors(parameters), Argument.Tensors(gradients), Argument.Tensors(firstMoments),
            Argument.Tensors(secondMoments), Argument.Tensors([]), Argument.Tensors([.. parameters.Select(_ => count)]), settings.LearningRate,
            settings.Beta1, settings.Beta2, settings.WeightDecay, settings.Epsilon, false, false, Argument.Optional(gradientScale), Argument.None);
    }

    /// <summary>target ← target + weight·(source − target), pair by pair.</summary>
    public static void Lerp(IReadOnlyList<Tensor> targets, IReadOnlyList<Tensor> sources, double weight)
    {
        using var scope = new TensorScope();
        var weights = Tensor.Full(weight, [1], DType.Float32, targets[0].Device);
        for (var i = 0; i < targets.Count; i++) Operator.Do("aten::lerp_"u8, "Tensor"u8, targets[i], sources[i], weights);
    }
}

/// <summary>The rates of one AdamW step.</summary>
/// <param name="LearningRate">Of this step.</param>
/// <param name="Beta1">Memory of the mean of gradients.</param>
/// <param name="Beta2">Memory of the mean of their squares.</param>
/// <param name="WeightDecay">Times the learning rate, each step.</param>
/// <param name="Epsilon">Added to the root of the mean square.</param>
public readonly record struct AdamWSettings(double LearningRate, double Beta1, double Beta2, double WeightDecay, double Epsilon = 1e-8);
