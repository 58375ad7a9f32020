using DepthVla.Robot.Learning.Samples;
using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Learning.Parameters;

/// <summary>Where parameters begin that no checkpoint supplies: matrices scaled by their inputs, and blocks that add nothing to the residual at first.</summary>
/// <remarks>The 0.02 of large models is too small for narrow layers, where a signal would fade from layer to layer.</remarks>
internal static class FreshWeights
{
    private static readonly string[] ResidualOutputs =
        ["o_proj.weight", "down_proj.weight", "out_proj.weight", "fc2.weight", "attn.proj.weight", "action_out.weight", "depth.head.weight", "diffusion.out.weight"];

    /// <summary>float32, the same for the same seed and name.</summary>
    internal static Tensor Of(Parameter parameter, int seed)
    {
        if (parameter.Initialisation == Initialisation.Ones) return Tensor.Full(1, parameter.Shape, DType.Float32);
        if (parameter.Initialisation == Initialisation.Zeros || ResidualOutputs.Any(parameter.Name.EndsWith)) return Tensor.Full(0, parameter.Shape, DType.Float32);
        return Normal(parameter.Name, parameter.Shape, Sigma(parameter), seed);
    }

    internal static Tensor Normal(string name, long[] shape, double sigma, int seed)
    {
        var draw = new SampleDraw(seed, StableHash(name), 0);
        var values = new float[shape.Aggregate(1L, (count, size) => count * size)];
        draw.Gaussian(values);
        for (var i = 0; i < values.Length; i++) values[i] *= (float)sigma;
        return Tensor.From<float>(values, shape);
    }

    private static double Sigma(Parameter parameter)
    {
        if (parameter.Name is "vlm.embed.weight") return 1 / Math.Sqrt(parameter.Shape[1]);        // times √W when read: 1 an element
        if (parameter.Name.Contains("position_embedding", StringComparison.Ordinal) || parameter.Name.EndsWith("pos_embed", StringComparison.Ordinal) || parameter.Shape.Length == 1) return 0.1;
        var inputs = parameter.Shape.Skip(1).Aggregate(1L, (count, size) => count * size);
        return 0.7 / Math.Sqrt(inputs);
    }

    // FNV-1a.
    private static long StableHash(string name) => (long)(name.Aggregate(14695981039346656037UL, (hash, c) => (hash ^ c) * 1099511628211UL) >> 1);
}
