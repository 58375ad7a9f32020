using DepthVla.Robot.Model.Operators;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Layers;

/// <summary>Rotary position embedding: the pair (i, i + D/2) of a head turns by position·θ^(−2i/D).</summary>
internal sealed class Rotary : IDisposable
{
    private readonly Tensor _cos;
    private readonly Tensor _sin;

    /// <param name="positions">Positions 0 … positions − 1 are tabulated.</param>
    /// <param name="headDim">D</param>
    /// <param name="theta">base of the frequencies</param>
    /// <param name="wide">type that the rotation is computed in</param>
    /// <param name="device">where</param>
    internal Rotary(int positions, int headDim, double theta, DType wide, TorchDevice device)
    {
        var half = headDim / 2;
        var cos = new double[positions * headDim];
        var sin = new double[positions * headDim];
        for (var i = 0; i < half; i++)
        {
            var frequency = Math.Pow(theta, -2.0 * i / headDim);
            for (var p = 0; p < positions; p++)
            {
                var (first, second) = (p * headDim + i, p * headDim + half + i);
                (sin[second], cos[first]) = Math.SinCos(p * frequency);
                (sin[first], cos[second]) = (-sin[second], cos[first]);
            }
        }

        using var scope = new TensorScope();
        _cos = Tensor.From<double>(cos, [positions, headDim]).To(wide).To(device).OutliveScope();   // [positions, D]
        _sin = Tensor.From<double>(sin, [positions, headDim]).To(wide).To(device).OutliveScope();
    }

    /// <summary>The angles of tokens at given positions [B][T].</summary>
    internal RotaryAngles At(long[][] positions)
    {
        var (batch, tokens) = (positions.Length, positions[0].Length);
        // Padding ahead of the first real token has position −1; nobody sees it.
        var indices = Tensor.From<long>([.. positions.SelectMany(p => p).Select(p => Math.Max(p, 0))], [batch, 1, tokens], _cos.Device);
        return new RotaryAngles(_cos.Embedding(indices), _sin.Embedding(indices));               // [B, 1, T, D]
    }

    public void Dispose()
    {
        _cos.Dispose();
        _sin.Dispose();
    }
}
