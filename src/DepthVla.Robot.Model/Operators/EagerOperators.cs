using DepthVla.Robot.Imaging;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Operators;

/// <summary>By libtorch's operators, on any device, in any type, with gradients: the reference.</summary>
internal sealed class EagerOperators : IOperators
{
    public bool Folds => false;

    public Tensor RmsNorm(Tensor x, Tensor scale, double epsilon) => x.To(scale.DType).RmsNormalize(scale, epsilon).To(x.DType);

    public (Tensor Sum, Tensor Normed) AddRmsNorm(Tensor x, Tensor block, Tensor scale, double epsilon)
    {
        var sum = x + block;
        return (sum, RmsNorm(sum, scale, epsilon));
    }

    public Tensor LayerNorm(Tensor x, Tensor weight, Tensor bias, double epsilon) => x.LayerNormalize(weight, bias, epsilon);

    public (Tensor Sum, Tensor Normed) AddLayerNorm(Tensor x, Tensor block, Tensor weight, Tensor bias, double epsilon)
    {
        var sum = x + block;
        return (sum, LayerNorm(sum, weight, bias, epsilon));
    }

    public Tensor AffineGeluTanh(Tensor x, Tensor weight, Tensor bias) => x.Affine(weight, bias).GeluTanh();

    public Tensor AffineGeluErf(Tensor x, Tensor weight, Tensor bias) => GradMode.IsOn || x.Device.IsCuda ? x.Affine(weight, bias).GeluErf() : x.AffineGelu(weight, bias);

    public Tensor PlusProduct(Tensor x, Tensor h, Tensor weight) => x + h.Affine(weight);

    public Tensor GatedGelu(Tensor gate, Tensor up) => gate.GeluTanh() * up;

    public Tensor ToFloat8(Tensor x, double scale) => (x.To(DType.Float32) * (1 / scale)).Clamp(-DTypes.MostFloat8, DTypes.MostFloat8).To(DType.Float8E4M3);

    public Tensor Planes(Tensor pictures, PixelNormalization normalization, TorchDevice device)
    {
        var (count, height, width) = (pictures.Size(1), pictures.Size(2), pictures.Size(3));
        var planes = Tensor.Staging<float>([1, count, 3, height, width], device);
        var size = (int)(3 * height * width);
        Parallel.For(0, (int)count, i => normalization.Apply(pictures.InPlace<byte>().Slice(i * size, size), planes.InPlace<float>().Slice(i * size, size)));
        return planes.To(device);
    }

    public Heads SplitAndTurn(Tensor all, RotaryAngles angles, long heads, long kv, KeyValuePlace? place)
    {
        var apart = all.Reshape(all.Size(0), all.Size(1), heads + 2 * kv, -1).Transpose(1, 2);   // [B, heads + 2·kv, T, D]
        var turned = angles.Rotate(apart.Slice(1, 0, heads + kv));
        var (key, value) = (turned.Slice(1, heads, heads + kv), apart.Slice(1, heads + kv, heads + 2 * kv));
        if (place is { } there)
        {
            there.Keys.Overwrite(key);
            there.Values.Overwrite(value);
            (key, value) = there;
        }

        return new(turned.Slice(1, 0, heads), key, value);
    }
}
