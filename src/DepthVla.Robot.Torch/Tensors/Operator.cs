using System.Text;
using DepthVla.Robot.Torch.Native;

namespace DepthVla.Robot.Torch.Tensors;

/// <summary>Calls ATen operators by name through libtorch's dispatcher. Schemas: PyTorch's aten/src/ATen/native/native_functions.yaml.</summary>
internal static unsafe class Operator
{
    private const int MaxArguments = 16;
    private static readonly ulong AbiVersion = LibTorch.AbiVersion();

    /// <summary>Calls <paramref name="name"/>.<paramref name="overload"/> and returns its first result.</summary>
    /// <param name="name">Such as "aten::linear"u8: a literal, which the compiler ends with a zero byte.</param>
    /// <param name="overload">Such as ""u8 or "Tensor"u8.</param>
    /// <param name="arguments">All arguments in schema order, defaults included.</param>
    /// <exception cref="TorchException">The operator refused; the message names it and describes every argument.</exception>
    internal static Tensor Call(ReadOnlySpan<byte> name, ReadOnlySpan<byte> overload, params ReadOnlySpan<Argument> arguments)
    {
        var stack = stackalloc long[MaxArguments];
        Dispatch(name, overload, stack, arguments);
        return Tensor.Own((nint)stack[0]);
    }

    /// <summary>Calls an operator that returns nothing, or what it changed in place.</summary>
    /// <exception cref="TorchException">As <see cref="Call"/>.</exception>
    internal static void Do(ReadOnlySpan<byte> name, ReadOnlySpan<byte> overload, params ReadOnlySpan<Argument> arguments)
    {
        var stack = stackalloc long[MaxArguments];
        Dispatch(name, overload, stack, arguments);
    }

    private static void Dispatch(ReadOnlySpan<byte> name, ReadOnlySpan<byte> overload, long* stack, ReadOnlySpan<Argument> arguments)
    {
        for (var i = 0; i < arguments.Length; i++) stack[i] = arguments[i].ToSlot();

        fixed (byte* op = name, variant = overload)
        {
            var text = variant;
            var empty = (byte)0;
            if (text is null) text = &empty; // an empty literal pins to null
            if (LibTorch.CallDispatcher(op, text, stack, AbiVersion) != 0) throw Failure(Encoding.UTF8.GetString(name), arguments);
        }
    }

    internal static TorchException Failure(string name, params ReadOnlySpan<Argument> arguments)
    {
        var text = new StringBuilder(name).Append('(');
        for (var i = 0; i < arguments.Length; i++) text.Append(i == 0 ? "" : ", ").Append(arguments[i].ToString());
        return new TorchException(text.Append(") failed; libtorch printed the cause to standard error").ToString());
    }
}
