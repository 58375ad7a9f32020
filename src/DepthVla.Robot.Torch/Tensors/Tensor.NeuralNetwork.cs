namespace DepthVla.Robot.Torch.Tensors;

/// <content>The operators of neural networks.</content>
public sealed partial class Tensor
{
    /// <summary>x·Wᵀ + b over the last dimension; <paramref name="weight"/> is [out, in].</summary>
    public Tensor Affine(Tensor weight, Tensor? bias = null) =>
        Operator.Call("aten::linear"u8, ""u8, this, weight, Argument.Optional(bias));

    /// <summary>Layer normalisation over the last dimension.</summary>
    public Tensor LayerNormalize(Tensor weight, Tensor bias, double epsilon) => Operator.Call("aten::layer_norm"u8, ""u8, this,
        Argument.Integers(Size(-1)), Argument.Optional(weight), Argument.Optional(bias), epsilon, true);

    /// <summary>x / √(mean(x²) + ε) over the last dimension, times <paramref name="weight"/> when there is one.</summary>
    public Tensor RmsNormalize(Tensor? weight, double epsilon) => Operator.Call("aten::rms_norm"u8, ""u8, this,
        Argument.Integers(Size(-1)), Argument.Optional(weight), Argument.Optional(epsilon));

    /// <summary>GELU with the tanh approximation.</summary>
    public Tensor GeluTanh() => Operator.Call("aten::gelu"u8, ""u8, this, Argument.Text("tanh"));

    /// <summary>Exact GELU, by the error function.</summary>
    public Tensor GeluErf() => Operator.Call("aten::gelu"u8, ""u8, this, Argument.Text("none"));

    /// <summary>x·sigmoid(x).</summary>
    public Tensor Silu() => Operator.Call("aten::silu"u8, ""u8, this);

    /// <summary>Rows of this table [rows, width] by index [.. any ..] → [.. any .., width].</summary>
    public Tensor Embedding(Tensor indices) => Operator.Call("aten::embedding"u8, ""u8, this, indices, -1L, false, false);

    /// <summary>Convolution whose stride is its kernel size: [B, in, H, W] → [B, out, H/k, W/k].</summary>
    public Tensor PatchConvolution(Tensor weight, Tensor bias)
    {
        var (rows, columns) = (weight.Size(2), weight.Size(3));
        return Operator.Call("aten::conv2d"u8, ""u8, this, weight, Argument.Optional(bias), Argument.Integers(rows, columns),
            Argument.Integers(0, 0), Argument.Integers(1, 1), 1L);
    }

    /// <summary>softmax(q·kᵀ·scale + mask)·v. q [B, heads, T, D]; k, v [B, heads, S, D]; mask bool, true = visible, broadcast to [B, heads, T, S].</summary>
    /// <remarks>Accumulates in float32 or wider; uses libtorch's fused kernel where the device has one.</remarks>
    public static Tensor Attention(Tensor query, Tensor key, Tensor value, Tensor? mask, double scale) =>
        Operator.Call("aten::scaled_dot_product_attention"u8, ""u8, query, key, value, Argument.Optional(mask), 0.0, false, Argument.Optional(scale), false);

    /// <summary>Bicubic interpolation of [B, C, H, W] (a = −0.75, no antialias, align_corners false) with the sampling step 1/scale.</summary>
    public Tensor Bicubic(long height, long width, double scaleHeight, double scaleWidth) => Operator.Call("aten::upsample_bicubic2d"u8, ""u8, this,
        Argument.Integers(height, width), false, Argument.Optional(scaleHeight), Argument.Optional(scaleWidth));
}
