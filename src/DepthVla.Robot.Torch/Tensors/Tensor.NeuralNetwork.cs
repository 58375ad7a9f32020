using DepthVla.Robot.Torch.Native;

namespace DepthVla.Robot.Torch.Tensors;

/// <content>The operators of neural networks.</content>
public sealed partial class Tensor
{
    /// <summary>x·Wᵀ + b over the last dimension; <paramref name="weight"/> is [out, in].</summary>
    public Tensor Affine(Tensor weight, Tensor? bias = null) =>
        Operator.Call("aten::linear"u8, ""u8, this, weight, Argument.Optional(bias));

    /// <summary>GELU(x·Wᵀ + b) in one operator, without gradients. On the CPU exact and rounded in between; on CUDA by the tanh approximation, at the end of cuBLASLt's product.</summary>
    /// <remarks>aten::_addmm_activation, which the dispatcher's ABI has no arguments for. PyTorch's aten/src/ATen/native/LinearAlgebra.cpp and cuda/Blas.cpp say which GELU it is.</remarks>
    public Tensor AffineGelu(Tensor weight, Tensor bias)
    {
        using var scope = new TensorScope();
        var (rows, columns) = (Reshape(-1, Size(-1)), weight.Transpose(0, 1));
        var status = Device.IsCuda
            ? LibTorchCuda.AffineActivation(bias.Handle, rows.Handle, columns.Handle, 1, 1, 1, out var handle)
            : LibTorch.AffineActivation(bias.Handle, rows.Handle, columns.Handle, 1, 1, 1, out handle);
        return status == 0 ? scope.Keep(new Tensor(handle).Reshape([.. Shape[..^1], -1])) : throw Operator.Failure("aten::_addmm_activation", bias, rows, columns);
    }

    /// <summary>Adds x·Wᵀ to this, in place and without gradients; rounded once.</summary>
    /// <param name="x">[.., in]</param>
    /// <param name="weight">[out, in]; this is [.., out] and contiguous.</param>
    /// <exception cref="TorchException">Sizes or types do not fit, or this is not contiguous; nothing was changed.</exception>
    public void AddProduct(Tensor x, Tensor weight)
    {
        using var scope = new TensorScope();
        var (sums, rows, columns) = (Reshape(-1, Size(-1)), x.Reshape(-1, x.Size(-1)), weight.Transpose(0, 1));
        if (sums.DataPointer != DataPointer) throw new TorchException($"{this} is not contiguous: a product cannot be added to it in place");
        if (rows.Size(0) != sums.Size(0) || columns.Size(1) != sums.Size(1)) throw new TorchException($"the product of {x} and {weight} cannot be added to {this}: other sizes"); // libtorch would give it the product's
        if (LibTorch.AddProduct(sums.Handle, sums.Handle, rows.Handle, columns.Handle, 1, 1) != 0) throw Operator.Failure("aten::addmm.out", sums, rows, columns);
    }

    /// <summary>x·Wᵀ of 8-bit floats times both their scales, accumulated in float32: [M, in] → [M, out]. Sizes in and out are multiples of 16.</summary>
    /// <param name="scale">What x was divided by: one float32.</param>
    /// <param name="weight">[out, in]</param>
    /// <param name="weightScale">What the weight was divided by: one float32.</param>
    /// <param name="result">Its type.</param>
    public Tensor ScaledAffine(Tensor scale, Tensor weight, Tensor weightScale, DType result) => Operator.Call("aten::_scaled_mm"u8, ""u8,
        this, weight.Transpose(0, 1), scale, weightScale, Argument.None, Argument.None, Argument.Optional((long)result.Code()), false);

    /// <summary>Layer normalisation over the last dimension.</summary>
    public Tensor LayerNormalize(Tensor weight, Tensor bias, double epsilon) => Operator.Call("aten::layer_norm"u8, ""u8, this,
        Argument.Integers(Size(-1)), Argument.Optional(weight), Argument.Optional(bias), epsilon, true);

    /// <summary>x / √(mean(x²) + ε) over the last dimension, times <paramref name="weight"/> when there is one.</summary>
    public Tensor RmsNormalize(Tensor? weight, double epsilon) => Operator.Call("aten::rms_norm"u8, ""u8, this,
        Argument.Integers(Size(-1)), Argument.Optional(weight), Argument.Optional(epsilon));

    /// <summary>GELU with the tanh approximation: ½x·(1 + tanh(c·(x + 0.044715x³))) with c = √(2/π).</summary>
    /// <remarks>
    /// Computed in float32 at least and rounded once, as aten::gelu does. That operator takes a text, and libtorch 2.10 never frees the copy
    /// that it makes of one: 54 bytes a call. ½(1 + tanh(y)) = sigmoid(2y) saves two operators. Where gradients are recorded the operator is used
    /// all the same: a training run loses some megabytes, and a step takes a sixth less time than with the pieces' derivatives.
    /// </remarks>
    public Tensor GeluTanh()
    {
        if (GradMode.IsOn) return Operator.Call("aten::gelu"u8, ""u8, this, Argument.Text("tanh"));
        using var scope = new TensorScope();
        var x = To(Wide);
        var factor = Full(2 * Math.Sqrt(2 / Math.PI), [], Wide).Minus(x * x, -2 * Math.Sqrt(2 / Math.PI) * 0.044715);
        return scope.Keep((x * (x * factor).Sigmoid()).To(DType));
    }

    /// <summary>Exact GELU: ½x·(1 + erf(x/√2)). Computed as <see cref="GeluTanh"/> is, for the same reason.</summary>
    public Tensor GeluErf()
    {
        if (GradMode.IsOn) return Operator.Call("aten::gelu"u8, ""u8, this, Argument.Text("none"));
        using var scope = new TensorScope();
        var x = To(Wide);
        var half = x * 0.5;
        return scope.Keep((half + half * Operator.Call("aten::erf"u8, ""u8, x * Math.Sqrt(0.5))).To(DType));
    }

    /// <summary>x·sigmoid(x).</summary>
    public Tensor Silu() => Operator.Call("aten::silu"u8, ""u8, this);

    /// <summary>1 / (1 + e^−x).</summary>
    public Tensor Sigmoid() => Operator.Call("aten::sigmoid"u8, ""u8, this);

    /// <summary>max(x, 0).</summary>
    public Tensor Relu() => Operator.Call("aten::relu"u8, ""u8, this);

    /// <summary>x·tanh(ln(1 + e^x)).</summary>
    public Tensor Mish() => Operator.Call("aten::mish"u8, ""u8, this);

    /// <summary>e^x divided by its sum along one dimension.</summary>
    public Tensor Softmax(long dim) => Operator.Call("aten::softmax"u8, "int"u8, this, dim, Argument.None);

    /// <summary>[N, C, T]: each of <paramref name="groups"/> groups of channels to mean 0 and variance 1, over its channels and all of T.</summary>
    public Tensor GroupNormalize(long groups, Tensor weight, Tensor bias) => Operator.Call("aten::group_norm"u8, ""u8, this, groups,
        Argument.Optional(weight), Argument.Optional(bias), 1e-5, true);

    /// <summary>Convolution over the last dimension, padded so that with stride 1 it keeps its size: [N, in, T] → [N, out, ⌈T/stride⌉].</summary>
    /// <param name="weight">[out, in, k], k odd</param>
    /// <param name="bias">[out]</param>
    /// <param name="stride">Every so many places.</param>
    public Tensor StepConvolution(Tensor weight, Tensor bias, long stride = 1)
    {
        using var scope = new TensorScope();
        var line = Reshape(Size(0), Size(1), 1, Size(2));
        var sums = line.Convolution(weight.Reshape(weight.Size(0), weight.Size(1), 1, weight.Size(2)), bias, [1, stride], [0, weight.Size(2) / 2]);
        return scope.Keep(sums.Reshape(sums.Size(0), sums.Size(1), sums.Size(3)));
    }

    /// <summary>Rows of this table [rows, width] by index [.. any ..] → [.. any .., width].</summary>
    public Tensor Embedding(Tensor indices) => Operator.Call("aten::embedding"u8, ""u8, this, indices, -1L, false, false);

    /// <summary>Convolution whose stride is its kernel size: [B, in, H, W] → [B, out, H/k, W/k].</summary>
    public Tensor PatchConvolution(Tensor weight, Tensor bias) => Convolution(weight, bias, [weight.Size(2), weight.Size(3)], [0, 0]);

    /// <summary>Convolution by a square kernel: [B, in, H, W] → [B, out, (H + 2p − k)/s + 1, (W + 2p − k)/s + 1].</summary>
    /// <param name="weight">[out, in, k, k]</param>
    /// <param name="bias">[out], or none.</param>
    /// <param name="stride">s</param>
    /// <param name="padding">p zeros on every side.</param>
    public Tensor Convolution(Tensor weight, Tensor? bias, long stride = 1, long padding = 0) =>
        Convolution(weight, bias, [stride, stride], [padding, padding]);

    /// <summary>Transposed convolution whose stride is its kernel size: [B, in, H, W] → [B, out, H·k, W·k].</summary>
    /// <param name="weight">[in, out, k, k]</param>
    /// <param name="bias">[out]</param>
    public Tensor PatchDeconvolution(Tensor weight, Tensor bias)
    {
        using var scope = new TensorScope();
        var (batch, inputs, height, width, outputs, side) = (Size(0), Size(1), Size(2), Size(3), weight.Size(1), weight.Size(2));
        var places = Reshape(batch, inputs, -1).Transpose(1, 2).MatMul(weight.Reshape(inputs, -1));   // [B, H·W, out·k·k]
        var patches = places.Reshape(batch, height, width, outputs, side, side).Permute(0, 3, 1, 4, 2, 5).Reshape(batch, outputs, height * side, width * side);
        return scope.Keep(patches + bias.Reshape(-1, 1, 1));
    }

    /// <summary>softmax(q·kᵀ·scale + mask)·v. q [B, heads, T, D]; k, v [B, heads, S, D]; mask bool, true = visible, broadcast to [B, heads, T, S].</summary>
    /// <remarks>
    /// Accumulates in float32 or wider; uses libtorch's fused kernel where the device has one. On the CPU that kernel multiplies bfloat16 through MKL, and
    /// backwards it is several times slower than the products apart: where gradients are recorded, these are used.
    /// </remarks>
    public static Tensor Attention(Tensor query, Tensor key, Tensor value, Tensor? mask, double scale) =>
        GradMode.IsOn && query is { DType: DType.BFloat16, Device.IsCuda: false }
            ? ProductsApart(query, key, value, mask, scale)
            : Operator.Call("aten::scaled_dot_product_attention"u8, ""u8, query, key, value, Argument.Optional(mask), 0.0, false, Argument.Optional(scale), false);

    /// <summary>Bicubic interpolation of [B, C, H, W] (a = −0.75, no antialias, align_corners false) with the sampling step 1/scale.</summary>
    public Tensor Bicubic(long height, long width, double scaleHeight, double scaleWidth) => Operator.Call("aten::upsample_bicubic2d"u8, ""u8, this,
        Argument.Integers(height, width), false, Argument.Optional(scaleHeight), Argument.Optional(scaleWidth));

    /// <summary>Bilinear interpolation of [B, C, H, W], the corners' centres staying where they are (align_corners true).</summary>
    public Tensor BilinearCorners(long height, long width) =>
        Operator.Call("aten::upsample_bilinear2d"u8, ""u8, this, Argument.Integers(height, width), true, Argument.None, Argument.None);

    // The type that sums and functions of this one's elements are computed in.
    private DType Wide => DType == DType.Float64 ? DType.Float64 : DType.Float32;

    private static Tensor ProductsApart(Tensor query, Tensor key, Tensor value, Tensor? mask, double scale)
    {
        using var scope = new TensorScope();
        var scores = (query * scale).MatMul(key.Transpose(-2, -1));                              // [B, heads, T, S]
        if (mask is not null)
        {
            var (seen, hidden) = (Full(0, [], scores.DType), Full(double.NegativeInfinity, [], scores.DType));
            scores += Operator.Call("aten::where"u8, "self"u8, mask, seen, hidden);
        }

        return scope.Keep(scores.Softmax(-1).MatMul(value));
    }

    private Tensor MatMul(Tensor other) => Operator.Call("aten::matmul"u8, ""u8, this, other);

    private const int Block = 16;

    // On some processors (AMD's family 26) libtorch 2.10's convolutions on the CPU answer with nonsense, and with NaN, for some numbers of channels: all but those of whole patches to whole blocks of channels are products here.
    private Tensor Convolution(Tensor weight, Tensor? bias, long[] stride, long[] padding) =>
        Device.IsCuda || weight.Size(0) % Block == 0 && (stride[0], stride[1], padding[0], padding[1]) == (weight.Size(2), weight.Size(3), 0, 0)
            ? Operator.Call("aten::conv2d"u8, ""u8, this, weight, Argument.Optional(bias), Argument.Integers(stride), Argument.Integers(padding), Argument.Integers(1, 1), 1L)
            : ByColumns(weight, bias, stride, padding);

    // What each place sees, as a column.
    private Tensor ByColumns(Tensor weight, Tensor? bias, long[] stride, long[] padding)
    {
        using var scope = new TensorScope();
        var (height, width) = ((Size(2) + 2 * padding[0] - weight.Size(2)) / stride[0] + 1, (Size(3) + 2 * padding[1] - weight.Size(3)) / stride[1] + 1);
        var columns = Operator.Call("aten::im2col"u8, ""u8, this, Argument.Integers(weight.Size(2), weight.Size(3)), Argument.Integers(1, 1), Argument.Integers(padding), Argument.Integers(stride));
        var sums = weight.Reshape(weight.Size(0), -1).MatMul(columns);                           // [B, out, places]
        return scope.Keep((bias is null ? sums : sums + bias.Reshape(-1, 1)).Reshape(Size(0), weight.Size(0), height, width));
    }
}
