using DepthVla.Robot.Imaging;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Operators;

/// <summary>What the layers compute besides convolutions, attention and products that end as such. Chosen once, when the weights are loaded; what each means is <see cref="EagerOperators"/>.</summary>
/// <remarks>Results have the type of x, but for <see cref="ToFloat8"/>. For one thread at a time.</remarks>
internal interface IOperators
{
    /// <summary>Whether what a product's outputs are multiplied by is multiplied into its weights when they are loaded: a pass less, and the weights are rounded once more.</summary>
    bool Folds { get; }

    /// <summary>x/rms(x)·scale over the last dimension, computed in the type of scale, rounded once.</summary>
    /// <param name="x">[.., W]</param>
    /// <param name="scale">[W], float32 or wider.</param>
    /// <param name="epsilon">Added to the mean square.</param>
    Tensor RmsNorm(Tensor x, Tensor scale, double epsilon);

    /// <summary>x + block, and the norm of that.</summary>
    (Tensor Sum, Tensor Normed) AddRmsNorm(Tensor x, Tensor block, Tensor scale, double epsilon);

    /// <summary>Layer normalisation over the last dimension: x [.., W], weight and bias [W].</summary>
    Tensor LayerNorm(Tensor x, Tensor weight, Tensor bias, double epsilon);

    /// <summary>x + block, and the norm of that.</summary>
    (Tensor Sum, Tensor Normed) AddLayerNorm(Tensor x, Tensor block, Tensor weight, Tensor bias, double epsilon);

    /// <summary>GELU of x·Wᵀ + b, by its tanh approximation: x [.., in], weight [out, in], bias [out].</summary>
    Tensor AffineGeluTanh(Tensor x, Tensor weight, Tensor bias);

    /// <summary>Exact GELU of x·Wᵀ + b.</summary>
    Tensor AffineGeluErf(Tensor x, Tensor weight, Tensor bias);

    /// <summary>x + h·Wᵀ: x [.., out], h [.., in], weight [out, in].</summary>
    /// <param name="x">Not to be read afterwards: the sum may lie in its place.</param>
    /// <param name="h">see above</param>
    /// <param name="weight">see above</param>
    Tensor PlusProduct(Tensor x, Tensor h, Tensor weight);

    /// <summary>GELU (tanh) of gate, rounded, times up.</summary>
    Tensor GatedGelu(Tensor gate, Tensor up);

    /// <summary>x/scale as 8-bit floats, what is beyond their range at its end.</summary>
    Tensor ToFloat8(Tensor x, double scale);

    /// <summary>Bytes of pictures to an encoder's numbers, on its device. The same bits whoever does it.</summary>
    /// <param name="pictures">uint8 [1, C, S, S, 3], on the CPU, from <see cref="Tensor.Staging"/>.</param>
    /// <param name="normalization">Of the bytes.</param>
    /// <param name="device">Where the numbers are wanted.</param>
    /// <returns>float32 [1, C, 3, S, S]</returns>
    Tensor Planes(Tensor pictures, PixelNormalization normalization, TorchDevice device);

    /// <summary>A joined product's queries, keys and values; queries and keys turned by position.</summary>
    /// <param name="all">[B, T, (heads + 2·kv)·D]</param>
    /// <param name="angles">[B, 1, T, D]</param>
    /// <param name="heads">Of queries.</param>
    /// <param name="kv">Of keys, and as many of values.</param>
    /// <param name="place">Where keys and values are to lie; null for new memory.</param>
    Heads SplitAndTurn(Tensor all, RotaryAngles angles, long heads, long kv, KeyValuePlace? place);
}

/// <summary>What attention reads.</summary>
/// <param name="Query">[B, heads, T, D]</param>
/// <param name="Key">[B, kv, T, D]</param>
/// <param name="Value">[B, kv, T, D]</param>
internal readonly record struct Heads(Tensor Query, Tensor Key, Tensor Value);

/// <summary>Memory for keys and values of some tokens, as a part of more: views [B, kv, T, D].</summary>
internal readonly record struct KeyValuePlace(Tensor Keys, Tensor Values);
