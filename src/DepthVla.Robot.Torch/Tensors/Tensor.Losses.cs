namespace DepthVla.Robot.Torch.Tensors;

/// <content>What losses are made of.</content>
public sealed partial class Tensor
{
    /// <summary>Element by element, with broadcasting.</summary>
    public static Tensor operator /(Tensor left, Tensor right) => Operator.Call("aten::div"u8, "Tensor"u8, left, right);

    /// <summary>The natural logarithm of each element.</summary>
    public Tensor Log() => Operator.Call("aten::log"u8, ""u8, this);

    /// <summary>The square root of each element.</summary>
    public Tensor Sqrt() => Operator.Call("aten::sqrt"u8, ""u8, this);

    /// <summary>The sum of all elements, a tensor without dimensions.</summary>
    public Tensor Sum() => Operator.Call("aten::sum"u8, ""u8, this, Argument.None);

    /// <summary>The sum over some dimensions, which disappear.</summary>
    public Tensor Sum(params long[] dims) => Operator.Call("aten::sum"u8, "dim_IntList"u8, this, Argument.Optional(dims), false, Argument.None);

    /// <summary>The mean of all elements, a tensor without dimensions.</summary>
    public Tensor Mean() => Operator.Call("aten::mean"u8, ""u8, this, Argument.None);

    /// <summary>log(softmax) along one dimension.</summary>
    public Tensor LogSoftmax(long dim) => Operator.Call("aten::log_softmax"u8, "int"u8, this, dim, Argument.None);

    /// <summary>The elements at <paramref name="index"/> (int64, as many dimensions) along <paramref name="dim"/>.</summary>
    public Tensor Gather(long dim, Tensor index) => Operator.Call("aten::gather"u8, ""u8, this, dim, index, false);

    /// <summary>Huber's loss ÷ β, element by element: ½d²/β for |d| below β, |d| − ½β above; d = this − target.</summary>
    public Tensor SmoothL1(Tensor target, double beta) => Operator.Call("aten::smooth_l1_loss"u8, ""u8, this, target, 0L, beta);

    /// <summary>The scalar product of two tensors of one shape.</summary>
    public Tensor Dot(Tensor other) => Operator.Call("aten::dot"u8, ""u8, Reshape(-1), other.Reshape(-1));
}
