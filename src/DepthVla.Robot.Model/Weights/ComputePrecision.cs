using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Weights;

/// <summary>The element types a network computes in.</summary>
/// <param name="Compute">Of the transformers' weights and tokens.</param>
/// <param name="Wide">
/// Of what openpi keeps in float32 whatever the rest is: norms, patch convolutions, position tables, the state, action and time heads,
/// the flow itself.
/// </param>
public readonly record struct ComputePrecision(DType Compute, DType Wide)
{
    /// <summary>What is served.</summary>
    public static ComputePrecision BFloat16 => new(DType.BFloat16, DType.Float32);

    /// <summary>What is compared with reference numbers.</summary>
    public static ComputePrecision Float32 => new(DType.Float32, DType.Float32);

    /// <summary>What is compared with reference numbers to nine digits.</summary>
    public static ComputePrecision Float64 => new(DType.Float64, DType.Float64);
}
