using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Layers;
using DepthVla.Robot.Model.Operators;
using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Encoders;

/// <summary>DINOv2 as Depth Anything V2 uses it: pictures to a class token and patch tokens; LayerScale, no register tokens.</summary>
internal sealed class DinoV2Encoder : IDisposable
{
    private readonly DepthEncoderConfig _config;
    private readonly Tensor _classToken;
    private readonly Tensor _positionTable;
    private readonly Tensor _patchWeight;
    private readonly Tensor _patchBias;
    private readonly DType _compute;
    private readonly LayerNorm _norm;
    private readonly Dictionary<(long Rows, long Columns), Tensor> _positions = [];

    internal DinoV2Encoder(DepthEncoderConfig config, WeightStore weights, string name)
    {
        _config = config;
        _classToken = weights.Wide($"{name}.cls_token");
        _positionTable = weights.Wide($"{name}.pos_embed");
        _patchWeight = weights.Wide($"{name}.patch_embed.proj.weight");
        _patchBias = weights.Wide($"{name}.patch_embed.proj.bias");
        _compute = weights.Precision.Compute;
        Blocks = [.. Enumerable.Range(0, config.Depth).Select(i => new Block(config, weights, $"{name}.blocks.{i}"))];
        _norm = new LayerNorm(weights, $"{name}.norm", config.LayerNormEps);
    }

    internal IReadOnlyList<Block> Blocks { get; }

    /// <summary>pixels [N, 3, H, W], ImageNet-normalised → all tokens after the final norm, class token first: [N, 1 + P, D]</summary>
    internal Tensor Forward(Tensor pixels)
    {
        using var scope = new TensorScope();
        var x = Embed(pixels);
        foreach (var block in Blocks) x = Recomputation.Run(t => [block.Forward(t[0])], x)[0];   // [N, 1 + P, D]
        return scope.Keep(Norm(x));
    }

    /// <summary>pixels [N, 3, H, W], ImageNet-normalised → the patch tokens after some blocks, through the final norm: [N, P, D] each.</summary>
    /// <param name="pixels">see above</param>
    /// <param name="blocks">Ascending, from 0.</param>
    internal IReadOnlyList<Tensor> Taps(Tensor pixels, IReadOnlyList<int> blocks)
    {
        using var scope = new TensorScope();
        var taps = new List<Tensor>();
        var x = Embed(pixels);
        for (var i = 0; i <= blocks[^1]; i++)
        {
            x = Blocks[i].Forward(x);                                                            // [N, 1 + P, D]
            if (blocks.Contains(i)) taps.Add(scope.Keep(Norm(x).Slice(1, 1, x.Size(1))));
        }

        return taps;
    }

    /// <summary>Class token and patches row by row, plus their positions.</summary>
    internal Tensor Embed(Tensor pixels)
    {
        var patches = pixels.To(_patchWeight.DType).PatchConvolution(_patchWeight, _patchBias);  // [N, D, rows, columns]
        var (count, width, rows, columns) = (patches.Size(0), patches.Size(1), patches.Size(2), patches.Size(3));
        var tokens = patches.Reshape(count, width, -1).Transpose(1, 2);                          // [N, P, D]
        var withClass = Tensor.Cat([_classToken.Expand(count, 1, width), tokens], 1);            // [N, 1 + P, D]
        return (withClass + Positions(rows, columns)).To(_compute);
    }

    internal Tensor Norm(Tensor x) => _norm.Forward(x);

    public void Dispose()
    {
        foreach (var table in _positions.Values) table.Dispose();
        _positions.Clear();
    }

    /// <summary>The position table on another grid: [1, 1 + rows·columns, D]. Made once a grid.</summary>
    /// <remarks>
    /// The original passes the scale (rows + 0.1)/side, and the interpolation steps by its inverse, not by side/rows: source =
    /// (i + ½)·side/(rows + 0.1) − ½. The class token's entry is untouched.
    /// </remarks>
    private Tensor Positions(long rows, long columns)
    {
        var side = _config.ImgSize / _config.PatchSize;
        if (rows == side && columns == side) return _positionTable;
        if (_positions.TryGetValue((rows, columns), out var known)) return known;

        using var scope = new TensorScope();
        var width = _positionTable.Size(-1);
        var grid = _positionTable.Slice(1, 1, 1 + (long)side * side).Reshape(1, side, side, width).Permute(0, 3, 1, 2);   // [1, D, side, side]
        var scaled = grid.Bicubic(rows, columns, (rows + _config.InterpolateOffset) / side, (columns + _config.InterpolateOffset) / side);
        var patches = scaled.Permute(0, 2, 3, 1).Reshape(1, rows * columns, width);              // [1, rows·columns, D]
        return _positions[(rows, columns)] = Tensor.Cat([_positionTable.Slice(1, 0, 1), patches], 1).OutliveScope();
    }

    internal sealed class Block(DepthEncoderConfig config, WeightStore weights, string name)
    {
        private readonly IOperators _operators = weights.Operators;
        private readonly LayerNorm _norm1 = new(weights, $"{name}.norm1", config.LayerNormEps);
        private readonly Linear _qkv = Linear.WithBias(weights, $"{name}.attn.qkv");
        private readonly ScaledLinear _proj = new(weights, $"{name}.attn.proj", $"{name}.ls1.gamma");
        private readonly LayerNorm _norm2 = new(weights, $"{name}.norm2", config.LayerNormEps);
        private readonly Linear _fc1 = Linear.WithBias(weights, $"{name}.mlp.fc1");
        private readonly ScaledLinear _fc2 = new(weights, $"{name}.mlp.fc2", $"{name}.ls2.gamma");

        internal Tensor Forward(Tensor x)
        {
            using var scope = new TensorScope();
            (x, var h) = _norm2.AfterAdding(x, Attend(_norm1.Forward(x)));                       // [N, 1 + P, D]
            return scope.Keep(x + _fc2.Forward(_operators.AffineGeluErf(h, _fc1.Weight, _fc1.Bias)));  // [N, 1 + P, D]
        }

        private Tensor Attend(Tensor h)
        {
            var qkv = _qkv.Forward(h);                                                           // [N, 1 + P, 3D]: rows in the order q, k, v
            Tensor Heads(int part) => GroupedAttention.SplitHeads(qkv.Slice(-1, part * config.EmbedDim, (part + 1) * config.EmbedDim), config.NumHeads);
            return _proj.Forward(GroupedAttention.Forward(Heads(0), Heads(1), Heads(2), mask: null));
        }
    }
}
