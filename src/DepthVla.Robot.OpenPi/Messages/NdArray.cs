using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace DepthVla.Robot.OpenPi.Messages;

/// <summary>A NumPy array as openpi's messages carry it. Immutable.</summary>
/// <param name="DType">NumPy's name of the element type, such as "|u1" or "&lt;f4": little-endian, or of one byte.</param>
/// <param name="Shape">Elements a dimension; none for a scalar.</param>
/// <param name="Data">The elements, row-major.</param>
public sealed record NdArray(string DType, ImmutableArray<int> Shape, ReadOnlyMemory<byte> Data)
{
    /// <summary>The most dimensions that are read.</summary>
    public const int MaxDimensions = 8;

    /// <summary>How many elements there are.</summary>
    public int Length => Data.Length / ItemBytes(DType);

    /// <summary>"&lt;f4 [50, 7]", for people.</summary>
    public string Description => $"{DType} [{string.Join(", ", Shape)}]";

    /// <summary>An array of float32.</summary>
    /// <param name="values">Row-major.</param>
    /// <param name="shape">Elements a dimension.</param>
    public static NdArray Of(ReadOnlySpan<float> values, params ImmutableArray<int> shape) => new("<f4", shape, MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>A row of float64.</summary>
    public static NdArray Of(ReadOnlySpan<double> values) => new("<f8", [values.Length], MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>An array of bytes.</summary>
    /// <param name="values">Row-major; not copied.</param>
    /// <param name="shape">Elements a dimension.</param>
    public static NdArray Of(ReadOnlyMemory<byte> values, params ImmutableArray<int> shape) => new("|u1", shape, values);

    /// <summary>Bytes an element; 0 for a type that is not read.</summary>
    public static int ItemBytes(string dtype) => dtype switch
    {
        "|u1" or "|i1" or "|b1" => 1,
        "<u2" or "<i2" or "<f2" => 2,
        "<u4" or "<i4" or "<f4" => 4,
        "<u8" or "<i8" or "<f8" => 8,
        _ => 0,
    };

    /// <summary>Whether the elements are floating-point numbers.</summary>
    public bool IsFloat => DType is "<f2" or "<f4" or "<f8";

    /// <summary>An element, whatever its type.</summary>
    /// <param name="index">Row-major.</param>
    public double this[int index]
    {
        get
        {
            var bytes = ItemBytes(DType);
            var item = Data.Span.Slice(index * bytes, bytes);
            return DType switch
            {
                "|u1" or "|b1" => item[0],
                "|i1" => (sbyte)item[0],
                "<u2" => BinaryPrimitives.ReadUInt16LittleEndian(item),
                "<i2" => BinaryPrimitives.ReadInt16LittleEndian(item),
                "<f2" => (double)BinaryPrimitives.ReadHalfLittleEndian(item),
                "<u4" => BinaryPrimitives.ReadUInt32LittleEndian(item),
                "<i4" => BinaryPrimitives.ReadInt32LittleEndian(item),
                "<f4" => BinaryPrimitives.ReadSingleLittleEndian(item),
                "<u8" => BinaryPrimitives.ReadUInt64LittleEndian(item),
                "<i8" => BinaryPrimitives.ReadInt64LittleEndian(item),
                _ => BinaryPrimitives.ReadDoubleLittleEndian(item),
            };
        }
    }

    /// <summary>All elements.</summary>
    public double[] ToDoubles()
    {
        var values = new double[Length];
        for (var i = 0; i < values.Length; i++) values[i] = this[i];
        return values;
    }
}
