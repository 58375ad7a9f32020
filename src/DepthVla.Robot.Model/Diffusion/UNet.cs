using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Diffusion;

/// <summary>Convolutions over the steps of a chunk, level by level down to fewer steps and up again, each told by FiLM of noise level and observation.</summary>
/// <remarks>Diffusion Policy's "CNN-based" network (arXiv 2303.04137, section IV). In float32.</remarks>
internal sealed class UNet
{
    private readonly FilmBlock[] _blocks;
    private readonly StepConvolution[] _halve, _double;
    private readonly StepConvolution _out;
    private readonly int _levels;

    internal UNet(NetworkConfig config, WeightStore weights)
    {
        var net = config.UNet!;
        _levels = net.Channels.Length;
        _blocks = [.. net.Blocks(config.ActionDim).Select(block => new FilmBlock(block, net.Groups, weights))];
        _halve = [.. Enumerable.Range(0, _levels - 1).Select(level => new StepConvolution(weights, $"diffusion.halve.{level}", stride: 2))];
        _double = [.. Enumerable.Range(0, _levels - 1).Select(level => new StepConvolution(weights, $"diffusion.double.{level}"))];
        _out = new StepConvolution(weights, "diffusion.out");
    }

    /// <summary>x [N, H, action_dim], condition [N, G] → ε [N, H, action_dim]</summary>
    internal Tensor Forward(Tensor x, Tensor condition)
    {
        using var scope = new TensorScope();
        var (next, aside) = (0, new Stack<Tensor>());
        Tensor Two(Tensor y)
        {
            y = _blocks[next++].Forward(y, condition);
            return _blocks[next++].Forward(y, condition);
        }

        var h = x.Transpose(1, 2);                                                               // [N, action_dim, H]
        for (var level = 0; level < _levels; level++)
        {
            h = Two(h);                                                                          // [N, channels, H/2^level]
            if (level == _levels - 1) break;
            aside.Push(h);
            h = _halve[level].Forward(h);
        }

        h = Two(h);
        for (var level = _levels - 2; level >= 0; level--) h = Two(Tensor.Cat([_double[level].Forward(Twice(h)), aside.Pop()], 1));
        return scope.Keep(_out.Forward(h).Transpose(1, 2));
    }

    // Every step two times: [N, c, T] → [N, c, 2T].
    private static Tensor Twice(Tensor x)
    {
        var (rows, channels, steps) = (x.Size(0), x.Size(1), x.Size(2));
        return x.Reshape(rows, channels, steps, 1).Expand(rows, channels, steps, 2).Reshape(rows, channels, 2 * steps);
    }
}
