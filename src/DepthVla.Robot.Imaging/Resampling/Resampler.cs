using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DepthVla.Robot.Imaging.Resampling;

/// <summary>Resizes pictures byte for byte as Pillow does: antialiased, across before down, each pass rounded to bytes.</summary>
/// <remarks>What policies were trained on; <see cref="FloatResampler"/> is the same in plain words. Thread-safe.</remarks>
internal static class Resampler
{
    private static readonly Vector128<int> Half = Vector128.Create(1 << (TapTable.FractionBits - 1));

    /// <summary>Writes <paramref name="source"/> at <paramref name="size"/> to rows <paramref name="stride"/> bytes apart.</summary>
    /// <remarks>Allocates nothing once the weights for these sizes are known.</remarks>
    public static void Resize(RgbImage source, ImageSize size, ResampleFilter filter, Span<byte> destination, int stride)
    {
        // One byte more than the pixels in both: red, green, blue and a fourth byte that nobody looks at are read and written at once.
        var rowBytes = 3 * size.Width;
        var strip = ArrayPool<byte>.Shared.Rent(rowBytes * source.Height + 1);
        var row = ArrayPool<byte>.Shared.Rent(source.Stride + 1);
        try
        {
            var across = TapTable.Antialiased(source.Width, size.Width, filter);
            for (var y = 0; y < source.Height; y++)
            {
                source.Row(y).CopyTo(row);
                Across(row.AsSpan(0, source.Stride + 1), across, strip.AsSpan(rowBytes * y, rowBytes + 1));
            }

            var down = TapTable.Antialiased(source.Height, size.Height, filter);
            for (var y = 0; y < size.Height; y++)
            {
                var weights = down.FixedWeights(y);
                Down(strip.AsSpan(rowBytes * down.First(y), rowBytes * weights.Length), weights, destination.Slice(stride * y, rowBytes));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(row);
            ArrayPool<byte>.Shared.Return(strip);
        }
    }

    /// <summary>A row to a narrower or wider row, pixel by pixel; both have a byte to spare behind them.</summary>
    private static void Across(ReadOnlySpan<byte> row, TapTable taps, Span<byte> result)
    {
        for (var x = 0; x < taps.Length; x++)
        {
            var weights = taps.FixedWeights(x);
            var pixels = row.Slice(3 * taps.First(x), 3 * weights.Length + 1);
            var sum = Half;
            for (var k = 0; k < weights.Length; k++) sum += FourInts(pixels.Slice(3 * k, 4)) * weights[k];
            MemoryMarshal.Write(result.Slice(3 * x, 4), FourBytes(sum));
        }
    }

    /// <summary>As many rows as there are weights to one, four bytes at a time.</summary>
    private static void Down(ReadOnlySpan<byte> rows, ReadOnlySpan<int> weights, Span<byte> result)
    {
        var i = 0;
        for (; i <= result.Length - 4; i += 4)
        {
            var sum = Half;
            for (var k = 0; k < weights.Length; k++) sum += FourInts(rows.Slice(k * result.Length + i, 4)) * weights[k];
            MemoryMarshal.Write(result.Slice(i, 4), FourBytes(sum));
        }
        for (; i < result.Length; i++)
        {
            var sum = Half[0];
            for (var k = 0; k < weights.Length; k++) sum += rows[k * result.Length + i] * weights[k];
            result[i] = (byte)Math.Clamp(sum >> TapTable.FractionBits, 0, 255);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> FourInts(ReadOnlySpan<byte> bytes) =>
        Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalarUnsafe(MemoryMarshal.Read<uint>(bytes)).AsByte())).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint FourBytes(Vector128<int> sum)
    {
        var shorts = Vector128.NarrowWithSaturation(sum >> TapTable.FractionBits, Vector128<int>.Zero);
        return Vector128.NarrowWithSaturation(Vector128.Max(shorts, Vector128<short>.Zero).AsUInt16(), Vector128<ushort>.Zero).AsUInt32()[0];
    }
}
