using DepthVla.Robot.Imaging;
using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.DepthTeacher;

/// <summary>Pictures to the teacher's pixels as the original has it: cubic without antialiasing, the shorter side to a length, both to whole patches.</summary>
internal sealed class TeacherPictures(DepthEncoderConfig encoder, int inputSize)
{
    /// <summary>The size that a picture is brought to: its aspect as far as whole patches allow, neither side below the length.</summary>
    /// <exception cref="ArgumentException">The picture is so long that the result would be longer than any picture may be.</exception>
    internal ImageSize SizeFor(ImageSize picture)
    {
        var scale = Math.Max((double)inputSize / picture.Width, (double)inputSize / picture.Height);
        var size = new ImageSize(Side(scale * picture.Width), Side(scale * picture.Height));
        return size.IsAllowed ? size : throw new ArgumentException($"{picture} is too long: the teacher would see {size}.", nameof(picture));
    }

    /// <summary>Pictures of one size → [N, 3, H, W], ImageNet-normalised.</summary>
    internal Tensor Pixels(IReadOnlyList<RgbImage> pictures, DType type, TorchDevice device)
    {
        using var scope = new TensorScope();
        var (from, to) = (pictures[0].Size, SizeFor(pictures[0].Size));
        var bytes = Tensor.Cat([.. pictures.Select(p => Tensor.From<byte>(p.Pixels, [1, from.Height, from.Width, 3], device))], 0);
        var colors = bytes.Permute(0, 3, 1, 2).To(type).Contiguous() * (1 / 255.0);              // [N, 3, H, W]
        var sized = from == to ? colors : colors.Bicubic(to.Height, to.Width, (double)to.Height / from.Height, (double)to.Width / from.Width);
        Tensor Channels(IEnumerable<double> values) => Tensor.From<double>([.. values], [3, 1, 1]).To(type).To(device);
        return scope.Keep((sized - Channels(encoder.ImageMean)) / Channels(encoder.ImageStd));
    }

    private int Side(double length)
    {
        var patch = encoder.PatchSize;
        var nearest = (long)Math.Round(length / patch) * patch;      // a half goes to the even one, as in the original
        return (int)Math.Min(int.MaxValue, nearest < inputSize ? (long)Math.Ceiling(length / patch) * patch : nearest);
    }
}
