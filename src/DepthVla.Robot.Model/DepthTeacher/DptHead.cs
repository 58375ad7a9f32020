using DepthVla.Robot.Model.Layers;
using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.DepthTeacher;

/// <summary>Depth Anything V2's DPT head: four features of the encoder, at four sizes, fused from the coarsest to the finest, to one number a pixel.</summary>
/// <remarks>Every enlargement leaves the corners' centres where they are (align_corners true).</remarks>
internal sealed class DptHead
{
    private readonly long _patch;
    private readonly Convolution[] _projects;
    private readonly Convolution[] _laterals;
    private readonly FusionBlock[] _fusions;
    private readonly (Tensor Weight, Tensor Bias)[] _enlarge;
    private readonly Convolution _reduce, _narrow, _hidden, _last;

    internal DptHead(DepthAnythingConfig config, WeightStore weights)
    {
        const string Name = "depth_head", Scratch = $"{Name}.scratch";
        _patch = config.Encoder.PatchSize;
        _projects = [.. Levels(i => new Convolution(weights, $"{Name}.projects.{i}"))];
        _enlarge = [.. ((int[])[0, 1]).Select(i => $"{Name}.resize_layers.{i}").Select(n => (weights.Compute($"{n}.weight"), weights.Compute($"{n}.bias")))];
        _reduce = new Convolution(weights, $"{Name}.resize_layers.3", stride: 2);
        _laterals = [.. Levels(i => new Convolution(weights, $"{Scratch}.layer{i + 1}_rn", hasBias: false))];
        _fusions = [.. Levels(i => new FusionBlock(weights, $"{Scratch}.refinenet{i + 1}", isCoarsest: i == DepthAnythingConfig.Levels - 1))];
        _narrow = new Convolution(weights, $"{Scratch}.output_conv1");
        _hidden = new Convolution(weights, $"{Scratch}.output_conv2.0");
        _last = new Convolution(weights, $"{Scratch}.output_conv2.2");
    }

    /// <summary>Patch tokens of four blocks, each [N, rows·columns, D] → a number a pixel: [N, rows·patch, columns·patch]; no activation yet.</summary>
    internal Tensor Forward(IReadOnlyList<Tensor> taps, long rows, long columns)
    {
        using var scope = new TensorScope();
        var own = taps.Select((tap, level) => Lateral(level, Reassemble(level, tap, rows, columns))).ToArray();
        Tensor? path = null;
        for (var level = own.Length - 1; level >= 0; level--) path = Fuse(level, path, own);
        return scope.Keep(Values(Narrow(path!), rows, columns));
    }

    /// <summary>A tap as a map of its level's size and channels: 4, 2, 1 and ½ times as fine as patches.</summary>
    internal Tensor Reassemble(int level, Tensor tokens, long rows, long columns)
    {
        var map = _projects[level].Forward(tokens.Transpose(1, 2).Reshape(tokens.Size(0), -1, rows, columns));
        return level switch
        {
            < 2 => map.PatchDeconvolution(_enlarge[level].Weight, _enlarge[level].Bias),
            2 => map,
            _ => _reduce.Forward(map),
        };
    }

    /// <summary>The level's map in the channels of fusion.</summary>
    internal Tensor Lateral(int level, Tensor map) => _laterals[level].Forward(map);

    /// <summary>Level by level: what came from below with this level's own map, at the size of the next finer one; the finest is doubled.</summary>
    internal Tensor Fuse(int level, Tensor? coarser, IReadOnlyList<Tensor> own)
    {
        var (height, width) = level > 0 ? (own[level - 1].Size(2), own[level - 1].Size(3)) : (2 * own[0].Size(2), 2 * own[0].Size(3));
        return _fusions[level].Forward(coarser, own[level], height, width);
    }

    /// <summary>Half the channels.</summary>
    internal Tensor Narrow(Tensor path) => _narrow.Forward(path);

    private Tensor Values(Tensor narrow, long rows, long columns)
    {
        var fine = narrow.BilinearCorners(rows * _patch, columns * _patch);                      // [N, F/2, H, W]
        var values = _last.Forward(_hidden.Forward(fine).Relu());                                // [N, 1, H, W]
        return values.Reshape(values.Size(0), values.Size(2), values.Size(3));
    }

    private static IEnumerable<T> Levels<T>(Func<int, T> make) => Enumerable.Range(0, DepthAnythingConfig.Levels).Select(make);
}
