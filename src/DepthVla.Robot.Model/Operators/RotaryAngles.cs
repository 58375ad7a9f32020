using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Operators;

/// <summary>What turns every token, [B, 1, T, D]: made once, used in every layer.</summary>
/// <param name="Cos">The cosine of a pair's angle, at both its places.</param>
/// <param name="Sin">Its sine, at the first place with a minus.</param>
internal readonly record struct RotaryAngles(Tensor Cos, Tensor Sin)
{
    /// <summary>Those of the first so many rows.</summary>
    internal RotaryAngles First(long rows) => rows == Cos.Size(0) ? this : new(Cos.Slice(0, 0, rows), Sin.Slice(0, 0, rows));

    /// <summary>x [B, heads, T, D] turned, computed in float32, rounded back to its own type.</summary>
    internal Tensor Rotate(Tensor x) => (x * Cos + x.Roll(x.Size(-1) / 2, -1) * Sin).To(x.DType); // rolled by half, a pair's numbers change places
}
