using DepthVla.Robot.Torch.Native;

namespace DepthVla.Robot.Torch.Tensors;

/// <content>Gradients. Recorded on threads without <see cref="GradMode.Off"/>, for what depends on a leaf that asks for them.</content>
public sealed unsafe partial class Tensor
{
    /// <summary>Whether a gradient passes through this: it is a leaf that asks for one, or was computed from one while that was recorded.</summary>
    public bool AsksForGradient => LibTorch.AsksForGradient(*(nint*)Handle) != 0;                // an at::Tensor is a pointer to its implementation and nothing else

    /// <summary>The same memory, cut off from what it was computed from: no gradient passes.</summary>
    public Tensor Detach() => Operator.Call("aten::detach"u8, ""u8, this);

    /// <summary>A new leaf over the same memory, whose gradient is asked for.</summary>
    public Tensor ToLeaf()
    {
        var leaf = Detach();
        Check(LibTorch.SetRequiresGrad(leaf.Handle, 1), "requires_grad");
        return leaf;
    }

    /// <summary>A second handle on this very tensor: what is computed from it counts as computed from this.</summary>
    public Tensor Alias() => new(NewHandle());

    /// <summary>Adds d(this)/d(leaf) to the gradient of every leaf that this one number depends on.</summary>
    public void Backward(IReadOnlyList<Tensor> leaves) =>
        Operator.Do("aten::_backward"u8, ""u8, this, Argument.Tensors(leaves), Argument.None, Argument.None, false);

    /// <summary>What <see cref="Backward"/> left in this leaf, or null when nothing that was derived depends on it.</summary>
    public Tensor? Gradient()
    {
        var gradient = LibTorch.Gradient(*(nint*)Handle);       // an at::Tensor is a pointer to its implementation and nothing else
        Check(LibTorch.IsDefined(gradient, out var defined), "is_defined");
        if (defined == 0) return null;
        Check(LibTorch.NewTensorHandle(gradient, out var handle), "gradient");
        return new Tensor(handle);
    }

    /// <summary>Overwrites this with the elements of another tensor of its shape.</summary>
    public void CopyFrom(Tensor source)
    {
        if (LibTorch.Copy(Handle, source.Handle, 0) != 0) throw Operator.Failure("copy_", this, source);
    }
}
