using DepthVla.Robot.Imaging;
using DepthVla.Robot.Torch.Cuda;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Operators;

/// <summary>By kernels of our own, each of which does in one pass over memory what libtorch's operators do in several: bfloat16, without gradients.</summary>
/// <remarks>What else comes, or does not lie in whole packs of eight numbers, is left to <see cref="EagerOperators"/>. The kernels: <see cref="KernelSource"/>.</remarks>
internal sealed class FusedOperators(IKernels kernels) : IOperators, IDisposable
{
    private const int Pack = 8;
    private const int PixelsATurn = 16;
    private const int MostThreads = 256;
    private static readonly EagerOperators Eager = new();
    private readonly Dictionary<PixelNormalization, Tensor> _tables = [];

    public bool Folds => true;

    public Tensor RmsNorm(Tensor x, Tensor scale, double epsilon)
    {
        if (!Fits(x)) return Eager.RmsNorm(x, scale, epsilon);
        using var scope = new TensorScope();
        var normed = Like(x);
        kernels.Launch("rms_norm", Rows(x), Threads(x.Size(-1) / Pack), x.Contiguous(), null, scale, null, normed, x.Size(-1) / Pack, (float)epsilon);
        return scope.Keep(normed);
    }

    public (Tensor Sum, Tensor Normed) AddRmsNorm(Tensor x, Tensor block, Tensor scale, double epsilon)
    {
        if (!Fits(x, block)) return Eager.AddRmsNorm(x, block, scale, epsilon);
        using var scope = new TensorScope();
        var (sum, normed) = (Like(x), Like(x));
        kernels.Launch("rms_norm", Rows(x), Threads(x.Size(-1) / Pack), x.Contiguous(), block.Contiguous(), scale, sum, normed, x.Size(-1) / Pack, (float)epsilon);
        return (scope.Keep(sum), scope.Keep(normed));
    }

    public Tensor LayerNorm(Tensor x, Tensor weight, Tensor bias, double epsilon)
    {
        if (!Fits(x, weight, bias)) return Eager.LayerNorm(x, weight, bias, epsilon);
        using var scope = new TensorScope();
        var normed = Like(x);
        kernels.Launch("layer_norm", Rows(x), Threads(x.Size(-1) / Pack), x.Contiguous(), null, weight, bias, null, normed, x.Size(-1) / Pack, (float)epsilon);
        return scope.Keep(normed);
    }

    public (Tensor Sum, Tensor Normed) AddLayerNorm(Tensor x, Tensor block, Tensor weight, Tensor bias, double epsilon)
    {
        if (!Fits(x, block, weight, bias)) return Eager.AddLayerNorm(x, block, weight, bias, epsilon);
        using var scope = new TensorScope();
        var (sum, normed) = (Like(x), Like(x));
        kernels.Launch("layer_norm", Rows(x), Threads(x.Size(-1) / Pack),
            x.Contiguous(), block.Contiguous(), weight, bias, sum, normed, x.Size(-1) / Pack, (float)epsilon);
        return (scope.Keep(sum), scope.Keep(normed));
    }

    public Tensor AffineGeluTanh(Tensor x, Tensor weight, Tensor bias) =>
        x.Device.IsCuda && Fits(x, weight, bias) ? x.AffineGelu(weight, bias) : Eager.AffineGeluTanh(x, weight, bias);

    public Tensor AffineGeluErf(Tensor x, Tensor weight, Tensor bias)
    {
        if (!Fits(x, weight, bias)) return Eager.AffineGeluErf(x, weight, bias);
        using var scope = new TensorScope();
        var sums = x.Affine(weight, bias);
        var y = Like(sums);
        kernels.Launch("gelu_erf", Blocks(sums), MostThreads, sums, y, sums.Count / Pack);
        return scope.Keep(y);
    }

    public Tensor PlusProduct(Tensor x, Tensor h, Tensor weight)
    {
        if (!Fits(x, h, weight)) return Eager.PlusProduct(x, h, weight);
        x.AddProduct(h, weight);
        return x;
    }

    public Tensor GatedGelu(Tensor gate, Tensor up)
    {
        if (!Fits(gate, up)) return Eager.GatedGelu(gate, up);
        using var scope = new TensorScope();
        var (packs, stride) = (gate.Size(-1) / Pack, RowStride(gate));
        if (stride == 0 || stride % Pack != 0 || stride != RowStride(up)) (gate, up, stride) = (gate.Contiguous(), up.Contiguous(), gate.Size(-1));
        var y = Like(gate);
        kernels.Launch("gated_gelu", Blocks(y), MostThreads, gate, up, y, Rows(y), packs, stride / Pack);
        return scope.Keep(y);
    }

    public Tensor ToFloat8(Tensor x, double scale)
    {
        if (!Fits(x)) return Eager.ToFloat8(x, scale);
        using var scope = new TensorScope();
        var y = Tensor.Empty(x.Shape, DType.Float8E4M3, x.Device);
        kernels.Launch("to_float8", Blocks(x), MostThreads, x.Contiguous(), y, x.Count / Pack, (float)(1 / scale));
        return scope.Keep(y);
    }

    public Tensor Planes(Tensor pictures, PixelNormalization normalization, TorchDevice device)
    {
        var (count, height, width) = (pictures.Size(1), pictures.Size(2), pictures.Size(3));
        if (height * width % PixelsATurn != 0) return Eager.Planes(pictures, normalization, device);
        using var scope = new TensorScope();
        if (!_tables.TryGetValue(normalization, out var table)) _tables[normalization] = table = Tensor.From<float>(normalization.Table, [3, 256], device).OutliveScope();
        var planes = Tensor.Empty([1, count, 3, height, width], DType.Float32, device);
        var turns = count * height * width / PixelsATurn;
        kernels.Launch("byte_planes", (turns + MostThreads - 1) / MostThreads, MostThreads, pictures.To(device), table, planes, turns, height * width / PixelsATurn);
        return scope.Keep(planes);
    }

    public Heads SplitAndTurn(Tensor all, RotaryAngles angles, long heads, long kv, KeyValuePlace? place)
    {
        var (batch, tokens, size) = (all.Size(0), all.Size(1), all.Size(2) / (heads + 2 * kv));
        if (size % (2 * Pack) != 0 || !Fits(all) || place is { } given && !Fits(given.Keys, given.Values)) return Eager.SplitAndTurn(all, angles, heads, kv, place);
        using var scope = new TensorScope();
        var query = Tensor.Empty([batch, heads, tokens, size], all.DType, all.Device);
        var (keys, values) = place ?? new(Tensor.Empty([batch, kv, tokens, size], all.DType, all.Device), Tensor.Empty([batch, kv, tokens, size], all.DType, all.Device));
        var halfPacks = size / (2 * Pack);
        kernels.Launch("split_and_turn", batch * tokens, Threads((heads + 2 * kv) * halfPacks),
            all.Contiguous(), angles.Cos.Contiguous(), angles.Sin.Contiguous(), query, keys, values, tokens, heads, kv, halfPacks,
            angles.Cos.Size(0) == 1 ? 0 : tokens * size, keys.Stride(0) / Pack, keys.Stride(1) / Pack, keys.Stride(2) / Pack);
        return new(scope.Keep(query), scope.Keep(keys), scope.Keep(values));
    }

    public void Dispose()
    {
        foreach (var table in _tables.Values) table.Dispose();
    }

    private static bool Fits(params ReadOnlySpan<Tensor> tensors)
    {
        if (GradMode.IsOn) return false;
        foreach (var tensor in tensors)
        {
            if (tensor.DType != DType.BFloat16 || tensor.Size(-1) % Pack != 0 || tensor.Count == 0 || tensor.DataPointer % 16 != 0) return false;
        }

        return true;
    }

    private static Tensor Like(Tensor x) => Tensor.Empty(x.Shape, x.DType, x.Device);

    private static long Rows(Tensor x) => x.Count / x.Size(-1);

    private static long Blocks(Tensor x) => (x.Count / Pack + MostThreads - 1) / MostThreads;

    // Whole warps.
    private static int Threads(long packs) => (int)Math.Min(MostThreads, (packs + 31) / 32 * 32);

    // How far apart rows begin, if they all are alike; else 0.
    private static long RowStride(Tensor x)
    {
        if (x.Shape.Length < 2 || x.Stride(-1) != 1) return 0;
        for (var dim = x.Shape.Length - 3; dim >= 0; dim--)
        {
            if (x.Stride(dim) != x.Stride(dim + 1) * x.Size(dim + 1)) return 0;
        }

        return x.Stride(-2);
    }
}
