using DepthVla.Robot.Torch.Native;

namespace DepthVla.Robot.Torch.Tensors;

/// <content>The operators that the model needs, and no more.</content>
public sealed partial class Tensor
{
    /// <summary>Element by element, with broadcasting.</summary>
    // aten::add takes a Scalar, which the stable ABI cannot carry: a + b = a − (−1)·b.
    public static Tensor operator +(Tensor left, Tensor right) => left.Minus(right, -1);

    /// <summary>Element by element, with broadcasting.</summary>
    public static Tensor operator -(Tensor left, Tensor right) => left.Minus(right, 1);

    /// <summary>Element by element, with broadcasting.</summary>
    public static Tensor operator *(Tensor left, Tensor right) => Operator.Call("aten::mul"u8, "Tensor"u8, left, right);

    /// <summary>Every element times <paramref name="factor"/>.</summary>
    public static Tensor operator *(Tensor tensor, double factor)
    {
        using var number = Full(factor, [], tensor.DType); // on the CPU: a device takes it as an argument of its kernel
        return tensor * number;
    }

    /// <summary>This, in another element type; itself when it has that type already.</summary>
    public Tensor To(DType dtype) =>
        dtype == DType ? this : Operator.Call("aten::to"u8, "dtype"u8, this, dtype, false, false, Argument.None);

    /// <summary>This, on another device; itself when it is there already.</summary>
    public Tensor To(TorchDevice device)
    {
        if (device == Device) return this;
        Recording.Refuse("moving a tensor to another device");
        var copy = Empty(Shape, DType, device);
        if (LibTorch.Copy(copy.Handle, Handle, 0) != 0) throw Operator.Failure("copy_", copy, this);
        return copy;
    }

    /// <summary>Puts the elements of another tensor of this shape in this one's memory: the one operator that changes a tensor. Nothing is recorded.</summary>
    public void Overwrite(Tensor other)
    {
        if (LibTorch.Copy(Handle, other.Handle, 1) != 0) throw Operator.Failure("copy_", this, other);
    }

    /// <summary>A copy.</summary>
    public Tensor Clone() => Operator.Call("aten::clone"u8, ""u8, this, Argument.None);

    /// <summary>This, in row-major memory.</summary>
    public Tensor Contiguous() => Operator.Call("aten::contiguous"u8, ""u8, this, (long)LibTorch.MemoryFormatContiguous());

    /// <summary>e to the power of each element.</summary>
    public Tensor Exp() => Operator.Call("aten::exp"u8, ""u8, this);

    /// <summary>Each element moved into [min, max].</summary>
    public Tensor Clamp(double min, double max)
    {
        using var low = Full(min, [], DType, Device);
        using var high = Full(max, [], DType, Device);
        return Operator.Call("aten::clamp"u8, "Tensor"u8, this, Argument.Optional(low), Argument.Optional(high));
    }

    /// <summary>The largest absolute value; NaN if there is one.</summary>
    public double MaxAbs()
    {
        using var scope = new TensorScope();
        return Operator.Call("aten::amax"u8, ""u8, Operator.Call("aten::abs"u8, ""u8, this), Argument.Integers(), false).To(DType.Float64).ToArray<double>()[0];
    }

    /// <summary>True when no element is NaN or infinite.</summary>
    public bool IsFinite()
    {
        using var scope = new TensorScope();
        return Operator.Call("aten::all"u8, ""u8, Operator.Call("aten::isfinite"u8, ""u8, this)).ToArray<bool>()[0];
    }

    /// <summary>The same elements in another shape; −1 once for "whatever is left".</summary>
    public Tensor Reshape(params long[] shape) => Operator.Call("aten::reshape"u8, ""u8, this, Argument.Integers(shape));

    /// <summary>The dimensions in another order.</summary>
    public Tensor Permute(params long[] dims) => Operator.Call("aten::permute"u8, ""u8, this, Argument.Integers(dims));

    /// <summary>Two dimensions swapped.</summary>
    public Tensor Transpose(long a, long b) => Operator.Call("aten::transpose"u8, "int"u8, this, a, b);

    /// <summary>Repeats dimensions of size 1 without copying; −1 keeps a size.</summary>
    public Tensor Expand(params long[] shape) => Operator.Call("aten::expand"u8, ""u8, this, Argument.Integers(shape), false);

    /// <summary>Every row so many times: [B, …] → [B·times, …]; row b becomes rows b·times …</summary>
    public Tensor RepeatRows(long times)
    {
        var (rows, rest) = (Size(0), Shape[1..].ToArray());
        return Reshape([rows, 1, .. rest]).Expand([rows, times, .. rest]).Reshape([rows * times, .. rest]);
    }

    /// <summary>The elements <paramref name="start"/> … <paramref name="end"/> − 1 of one dimension, as a view.</summary>
    public Tensor Slice(long dim, long start, long end) =>
        Operator.Call("aten::slice"u8, "Tensor"u8, this, dim, Argument.Optional(start), Argument.Optional(end), 1L);

    /// <summary>Every element so many places on along one dimension; the last come round to the front.</summary>
    public Tensor Roll(long places, long dim) => Operator.Call("aten::roll"u8, ""u8, this, Argument.Integers(places), Argument.Integers(dim));

    /// <summary>Tensors one behind the other along <paramref name="dim"/>.</summary>
    public static Tensor Cat(IReadOnlyList<Tensor> tensors, long dim) =>
        tensors.Count == 1 ? tensors[0] : Operator.Call("aten::cat"u8, ""u8, Argument.Tensors(tensors), dim);

    /// <summary>This less <paramref name="factor"/> times another, with broadcasting: one operator, one pass over memory.</summary>
    public Tensor Minus(Tensor other, double factor) =>
        LibTorch.Subtract(Handle, other.Handle, factor, out var handle) == 0
            ? new Tensor(handle)
            : throw Operator.Failure(factor < 0 ? "add" : "subtract", this, other);
}
