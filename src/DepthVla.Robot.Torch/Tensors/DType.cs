using DepthVla.Robot.Torch.Native;

namespace DepthVla.Robot.Torch.Tensors;

/// <summary>The element type of a tensor.</summary>
public enum DType
{
    /// <summary>32-bit IEEE float.</summary>
    Float32,

    /// <summary>64-bit IEEE float.</summary>
    Float64,

    /// <summary>16-bit IEEE float.</summary>
    Float16,

    /// <summary>The upper 16 bits of a 32-bit float.</summary>
    BFloat16,

    /// <summary>8 bits: sign, 4 of exponent, 3 of mantissa; ±448 at most, no infinity.</summary>
    Float8E4M3,

    /// <summary>64-bit signed integer.</summary>
    Int64,

    /// <summary>32-bit signed integer.</summary>
    Int32,

    /// <summary>16-bit signed integer.</summary>
    Int16,

    /// <summary>8-bit signed integer.</summary>
    Int8,

    /// <summary>8-bit unsigned integer.</summary>
    UInt8,

    /// <summary>One byte, zero or one.</summary>
    Bool,
}

/// <summary>What is known of each <see cref="DType"/>: its size, libtorch's code for it, its name on disk.</summary>
public static class DTypes
{
    /// <summary>The largest number of <see cref="DType.Float8E4M3"/>.</summary>
    public const double MostFloat8 = 448;

    // libtorch's codes are asked for, never typed in. Order as in the enum.
    private static readonly Lazy<int[]> Codes = new(() =>
    [
        LibTorch.DTypeFloat32(), LibTorch.DTypeFloat64(), LibTorch.DTypeFloat16(), LibTorch.DTypeBFloat16(), LibTorch.DTypeFloat8E4M3(), LibTorch.DTypeInt64(),
        LibTorch.DTypeInt32(), LibTorch.DTypeInt16(), LibTorch.DTypeInt8(), LibTorch.DTypeUInt8(), LibTorch.DTypeBool(),
    ]);

    private static readonly string[] DiskNames = ["F32", "F64", "F16", "BF16", "F8_E4M3", "I64", "I32", "I16", "I8", "U8", "BOOL"];

    /// <summary>Bytes an element.</summary>
    public static int Size(this DType dtype) => dtype switch
    {
        DType.Float64 or DType.Int64 => 8,
        DType.Float32 or DType.Int32 => 4,
        DType.Float16 or DType.BFloat16 or DType.Int16 => 2,
        _ => 1,
    };

    /// <summary>The name used in safetensors headers, such as "BF16".</summary>
    public static string DiskName(this DType dtype) => DiskNames[(int)dtype];

    /// <summary>The name people and PyTorch use, such as "bfloat16".</summary>
    public static string Name(this DType dtype) => dtype.ToString().ToLowerInvariant();

    /// <summary>Reads a name written by <see cref="DiskName"/>.</summary>
    public static bool TryParseDiskName(string name, out DType dtype)
    {
        var index = Array.IndexOf(DiskNames, name);
        dtype = (DType)Math.Max(index, 0);
        return index >= 0;
    }

    internal static int Code(this DType dtype) => Codes.Value[(int)dtype];

    internal static DType FromCode(int code)
    {
        var index = Array.IndexOf(Codes.Value, code);
        return index >= 0 ? (DType)index : throw new TorchException($"libtorch returned element type {code}, which this binding does not know");
    }

    internal static DType Of<T>() where T : unmanaged
    {
        if (typeof(T) == typeof(float)) return DType.Float32;
        if (typeof(T) == typeof(double)) return DType.Float64;
        if (typeof(T) == typeof(Half)) return DType.Float16;
        if (typeof(T) == typeof(long)) return DType.Int64;
        if (typeof(T) == typeof(int)) return DType.Int32;
        if (typeof(T) == typeof(short)) return DType.Int16;
        if (typeof(T) == typeof(sbyte)) return DType.Int8;
        if (typeof(T) == typeof(byte)) return DType.UInt8;
        if (typeof(T) == typeof(bool)) return DType.Bool;
        throw new NotSupportedException($"no tensor element type corresponds to {typeof(T).Name}");
    }
}
