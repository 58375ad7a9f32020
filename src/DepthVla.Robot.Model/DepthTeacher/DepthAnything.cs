using DepthVla.Robot.Imaging;
using DepthVla.Robot.Model.Checkpoints;
using DepthVla.Robot.Model.Encoders;
using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Safetensors;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.DepthTeacher;

/// <summary>Depth Anything V2 (arXiv 2406.09414), relative or metric: pictures to depth. It labels what was recorded without; no policy runs it.</summary>
/// <remarks>For one thread at a time.</remarks>
public sealed class DepthAnything : IDisposable
{
    private const string ConfigFile = "config.json";
    private readonly SafetensorsSet _file;
    private readonly WeightStore _weights;
    private readonly DinoV2Encoder _encoder;
    private readonly DptHead _head;
    private readonly TeacherPictures _pictures;
    private readonly Lazy<string> _hash;

    private DepthAnything(string folder, DepthAnythingConfig config, SafetensorsSet file, TeacherWeights source, TorchDevice device, ComputePrecision precision)
    {
        (Folder, Config, _file) = (folder, config, file);
        _weights = new WeightStore(source, device, precision);
        _encoder = new DinoV2Encoder(config.Encoder, _weights, "depth.encoder");
        _head = new DptHead(config, _weights);
        _pictures = new TeacherPictures(config.Encoder, config.InputSize);
        _hash = new(() => ContentHash.OfFiles(folder, [ConfigFile, .. file.Paths.Select(p => Path.GetFileName(p))]));
    }

    /// <summary>Where it was read from.</summary>
    public string Folder { get; }

    /// <summary>Its sizes, and whether it is metric.</summary>
    public DepthAnythingConfig Config { get; }

    /// <summary>SHA-256 over its config and weights, hex. Reads all of them once.</summary>
    public string Hash => _hash.Value;

    internal DinoV2Encoder Encoder => _encoder;

    internal DptHead Head => _head;

    /// <summary>Opens a folder with config.json and the weights as safetensors, in the original's names or in Hugging Face's.</summary>
    /// <exception cref="CheckpointException">Something is missing or does not fit; everything that does not is listed.</exception>
    /// <exception cref="SafetensorsException">The weights are no safetensors file.</exception>
    public static DepthAnything Open(string folder, TorchDevice device, ComputePrecision? precision = null)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var config = ReadConfig(folder);
        if (config.Problems() is { Count: > 0 } problems) throw new CheckpointException(folder, problems);
        var file = SafetensorsSet.Open(folder);
        try
        {
            var source = new TeacherWeights(file, config);
            if (source.Problems.Count > 0) throw new CheckpointException(folder, source.Problems);
            return new DepthAnything(folder, config, file, source, device, precision ?? ComputePrecision.Float32);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The depth of every pixel of a picture.</summary>
    public DepthMap Infer(RgbImage picture) => Infer([picture])[0];

    /// <summary>The same for pictures of one size, together.</summary>
    /// <exception cref="ArgumentException">There are none, or they differ in size, or they are too long.</exception>
    public IReadOnlyList<DepthMap> Infer(IReadOnlyList<RgbImage> pictures)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        if (pictures.Count == 0) throw new ArgumentException("One picture is needed at least.", nameof(pictures));
        var size = pictures[0].Size;
        if (pictures.FirstOrDefault(p => p.Size != size) is { } other)
            throw new ArgumentException($"One picture is {size}, another {other.Size}.", nameof(pictures));

        using var grad = GradMode.Off();
        using var scope = new TensorScope();
        var depth = Forward(Pixels(pictures));                                                   // [N, h, w]
        depth = depth.Reshape(depth.Size(0), 1, depth.Size(1), depth.Size(2)).BilinearCorners(size.Height, size.Width);
        var values = depth.To(DType.Float32).ToArray<float>();
        return [.. values.Chunk(size.Width * size.Height).Select(map => new DepthMap(size, map, Config.IsMetric))];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _encoder.Dispose();
        _weights.Dispose();
        _file.Dispose();
    }

    /// <summary>Pictures of one size → [N, 3, h, w], ImageNet-normalised.</summary>
    internal Tensor Pixels(IReadOnlyList<RgbImage> pictures) => _pictures.Pixels(pictures, _weights.Precision.Wide, _weights.Device);

    /// <summary>pixels [N, 3, h, w], sides multiples of the patch → [N, h, w]: metres, or inverse depth.</summary>
    internal Tensor Forward(Tensor pixels)
    {
        using var scope = new TensorScope();
        var (rows, columns) = (pixels.Size(2) / Config.Encoder.PatchSize, pixels.Size(3) / Config.Encoder.PatchSize);
        var values = _head.Forward(_encoder.Taps(pixels, Config.Layers), rows, columns);
        return scope.Keep(Config.MaxDepth is { } farthest ? values.Sigmoid() * farthest : values.Relu());
    }

    private static DepthAnythingConfig ReadConfig(string folder)
    {
        try
        {
            return DepthAnythingConfigFile.Read(File.ReadAllText(Path.Combine(folder, ConfigFile)));
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException(folder, [e is FormatException ? e.Message : $"{ConfigFile}: {e.Message}"]);
        }
    }
}
