using System.Runtime.InteropServices;
using System.Text;
using DepthVla.Robot.Model.Randomness;
using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Safetensors;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Checkpoints;

/// <summary>Makes the weights that no checkpoint supplies: a pure function of seed and parameter name, bit for bit on every machine.</summary>
internal sealed class WeightInitializer
{
    private const double Sigma = 0.02;
    private const int ChunkElements = 1 << 22;
    private const int ElementsPerBlock = 8;
    private readonly ulong _seed;
    private readonly DType _dtype;
    private readonly byte[] _table;

    /// <exception cref="NotSupportedException"><paramref name="dtype"/> is no float type.</exception>
    internal WeightInitializer(ulong seed, DType dtype)
    {
        (_seed, _dtype) = (seed, dtype);
        var quantiles = TruncatedNormal.Quantiles(Sigma);
        _table = new byte[quantiles.Length * dtype.Size()];
        for (var i = 0; i < quantiles.Length; i++) Encode(quantiles[i], _table.AsSpan(i * dtype.Size()));
    }

    /// <summary>The parameter as something to write.</summary>
    internal TensorSource Source(Parameter parameter) => new(parameter.Name, _dtype, parameter.Shape, stream => Write(parameter, stream));

    private void Write(Parameter parameter, Stream stream)
    {
        var buffer = new byte[Math.Min(parameter.Count, ChunkElements) * _dtype.Size()];
        if (parameter.Initialisation != Initialisation.Normal) FillConstant(buffer, parameter.Initialisation == Initialisation.Ones ? 1 : 0);
        for (var start = 0L; start < parameter.Count; start += ChunkElements)
        {
            var chunk = buffer.AsMemory(0, (int)Math.Min(ChunkElements, parameter.Count - start) * _dtype.Size());
            if (parameter.Initialisation == Initialisation.Normal) FillRandom(chunk, StreamOf(parameter.Name), start);
            stream.Write(chunk.Span);
        }
    }

    private void FillConstant(Span<byte> bytes, float value)
    {
        for (var i = 0; i < bytes.Length; i += _dtype.Size()) Encode(value, bytes[i..]);
    }

    private void FillRandom(Memory<byte> bytes, ulong stream, long start)
    {
        var size = _dtype.Size();
        var blockBytes = ElementsPerBlock * size;
        var blocks = (bytes.Length + blockBytes - 1) / blockBytes;
        const int Grain = 1 << 14;
        Parallel.For(0, (blocks + Grain - 1) / Grain, grain =>
        {
            Span<ushort> indices = stackalloc ushort[ElementsPerBlock];
            var words = MemoryMarshal.Cast<ushort, uint>(indices);
            for (var block = grain * Grain; block < Math.Min((grain + 1) * Grain, blocks); block++)
            {
                (words[0], words[1], words[2], words[3]) = Philox.Bits(_seed, stream, (ulong)(start / ElementsPerBlock + block));
                var target = bytes.Span[(block * blockBytes)..];
                for (var i = 0; i < ElementsPerBlock && i * size < target.Length; i++) _table.AsSpan(indices[i] * size, size).CopyTo(target[(i * size)..]);
            }
        });
    }

    private void Encode(float value, Span<byte> bytes)
    {
        switch (_dtype)
        {
            case DType.Float32: MemoryMarshal.Write(bytes, value); break;
            case DType.Float64: MemoryMarshal.Write(bytes, (double)value); break;
            case DType.Float16: MemoryMarshal.Write(bytes, (Half)value); break;
            case DType.BFloat16: MemoryMarshal.Write(bytes, RoundToBFloat16(value)); break;
            default: throw new NotSupportedException($"weights cannot be {_dtype.Name()}; choose float32, float64, float16 or bfloat16");
        }
    }

    // To nearest, ties to even.
    private static ushort RoundToBFloat16(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    // FNV-1a: a parameter's stream depends on its name alone, not on what other parameters there are.
    private static ulong StreamOf(string name)
    {
        var hash = 14695981039346656037UL;
        foreach (var b in Encoding.UTF8.GetBytes(name)) hash = (hash ^ b) * 1099511628211UL;
        return hash;
    }
}
