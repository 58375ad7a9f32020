using System.Globalization;
using System.Runtime.InteropServices;
using DepthVla.Robot.Torch.Native;

namespace DepthVla.Robot.Torch.Tensors;

/// <summary>One argument of an ATen operator, in schema order; defaults are arguments too.</summary>
/// <remarks>
/// How each schema type is laid out in its 64-bit slot: torch/csrc/stable/stableivalue_conversions.h. Handles, lists and the boxes of
/// optional values are made fresh for each call, because the call consumes them. Libtorch 2.10 loses some 54 bytes at each text: not for what serves.
/// </remarks>
internal readonly struct Argument
{
    private readonly ArgumentKind _kind;
    private readonly long _bits;
    private readonly object? _object;

    private Argument(ArgumentKind kind, long bits = 0, object? reference = null) => (_kind, _bits, _object) = (kind, bits, reference);

    private enum ArgumentKind
    {
        None,
        Value,
        OptionalValue,
        Tensor,
        OptionalTensor,
        Integers,
        OptionalIntegers,
        Tensors,
        Text,
    }

    /// <summary>No value, for an optional argument.</summary>
    internal static Argument None => default;

    public static implicit operator Argument(Tensor tensor) => new(ArgumentKind.Tensor, reference: tensor);

    public static implicit operator Argument(long value) => new(ArgumentKind.Value, value);

    public static implicit operator Argument(bool value) => new(ArgumentKind.Value, value ? 1 : 0);

    public static implicit operator Argument(double value) => new(ArgumentKind.Value, BitConverter.DoubleToInt64Bits(value));

    public static implicit operator Argument(DType dtype) => new(ArgumentKind.Value, dtype.Code());

    internal static Argument Optional(Tensor? tensor) => tensor is null ? None : new(ArgumentKind.OptionalTensor, reference: tensor);

    internal static Argument Optional(double? value) => value is { } v ? new(ArgumentKind.OptionalValue, BitConverter.DoubleToInt64Bits(v)) : None;

    internal static Argument Optional(long? value) => value is { } v ? new(ArgumentKind.OptionalValue, v) : None;

    internal static Argument Optional(long[] values) => new(ArgumentKind.OptionalIntegers, reference: values);

    internal static Argument Integers(params long[] values) => new(ArgumentKind.Integers, reference: values);

    internal static Argument Tensors(IReadOnlyList<Tensor> tensors) => new(ArgumentKind.Tensors, reference: tensors);

    internal static Argument Text(string ascii) => new(ArgumentKind.Text, reference: ascii);

    /// <summary>The slot's 64 bits, owning what they refer to.</summary>
    internal unsafe long ToSlot() => _kind switch
    {
        ArgumentKind.Value => _bits,
        ArgumentKind.OptionalValue => Box(_bits),
        ArgumentKind.Tensor => ((Tensor)_object!).NewHandle(),
        ArgumentKind.OptionalTensor => Box(((Tensor)_object!).NewHandle()),
        ArgumentKind.Integers => List((long[])_object!),
        ArgumentKind.OptionalIntegers => Box(List((long[])_object!)),
        ArgumentKind.Tensors => List([.. ((IReadOnlyList<Tensor>)_object!).Select(t => (long)t.NewHandle())]),
        ArgumentKind.Text => NewText((string)_object!),
        _ => 0,
    };

    /// <inheritdoc/>
    public override string ToString() => _kind switch
    {
        ArgumentKind.Value or ArgumentKind.OptionalValue => _bits.ToString(CultureInfo.InvariantCulture),
        ArgumentKind.Tensor or ArgumentKind.OptionalTensor => _object!.ToString()!,
        ArgumentKind.Integers or ArgumentKind.OptionalIntegers => $"[{string.Join(", ", (long[])_object!)}]",
        ArgumentKind.Tensors => $"[{string.Join(", ", (IReadOnlyList<Tensor>)_object!)}]",
        ArgumentKind.Text => $"'{_object}'",
        _ => "none",
    };

    // libtorch frees the box with free(), which is what NativeMemory.Alloc pairs with.
    private static unsafe long Box(long bits)
    {
        var box = (long*)NativeMemory.Alloc(sizeof(long));
        *box = bits;
        return (long)box;
    }

    private static long List(ReadOnlySpan<long> elements)
    {
        Check(LibTorch.NewList((nuint)elements.Length, out var list));
        foreach (var element in elements) Check(LibTorch.ListPush(list, element));
        return list;
    }

    private static unsafe long NewText(string ascii)
    {
        var bytes = System.Text.Encoding.ASCII.GetBytes(ascii);
        fixed (byte* start = bytes)
        {
            Check(LibTorch.NewString(start, (nuint)bytes.Length, out var handle));
            return handle;
        }
    }

    private static void Check(int status)
    {
        if (status != 0) throw new TorchException("libtorch could not make an operator's argument");
    }
}
