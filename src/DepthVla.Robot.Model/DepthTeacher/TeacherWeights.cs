using DepthVla.Robot.Model.Import;
using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Safetensors;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.DepthTeacher;

/// <summary>The tensors of a Depth Anything V2 file, whose names are the original's or Hugging Face's.</summary>
/// <remarks>Here the encoder's have the names they have in a policy, the head's those of the original.</remarks>
internal sealed class TeacherWeights : IWeightSource
{
    private const string MaskToken = "depth.encoder.mask_token";
    private readonly SafetensorsSet _file;
    private readonly ImportedWeights _encoder;
    private readonly Dictionary<string, string> _head = [];      // our name → the file's

    internal TeacherWeights(SafetensorsSet file, DepthAnythingConfig config)
    {
        _file = file;
        var table = ParameterTable.ForEncoder(config.Encoder);
        _encoder = new ImportedWeights([new ImportSource(file)], table);
        Problems = [.. _encoder.Problems];

        // Nothing reads the mask token, and not every file has it.
        Problems.AddRange(table.Parameters.Where(p => p.Name != MaskToken && !_encoder.Contains(p.Name)).Select(p => $"missing: {p}"));
        foreach (var parameter in HeadParameters.Of(config)) Find(parameter);
        var known = _head.Values.ToHashSet();
        var others = _encoder.Ignored.Where(name => !known.Contains(name) && !HeadParameters.IsUnused(name));
        Problems.AddRange(others.Select(name => $"unknown: {file.Entry(name)}"));
    }

    /// <summary>Missing, unknown and mis-shaped tensors, one line each.</summary>
    internal List<string> Problems { get; }

    public IEnumerable<(string Name, IReadOnlyList<long> Shape)> Tensors =>
        _encoder.Tensors.Concat(_head.Select(h => (h.Key, _file.Entry(h.Value).Shape)));

    public Tensor Open(string name) => _head.TryGetValue(name, out var stored) ? _file.Tensor(stored) : _encoder.Open(name);

    private void Find(HeadParameter parameter)
    {
        var shape = string.Join(", ", parameter.Shape);
        if (((string[])[parameter.Name, parameter.HuggingFaceName]).FirstOrDefault(_file.Contains) is not { } stored)
        {
            Problems.Add($"missing: {parameter.Name} (or {parameter.HuggingFaceName}) [{shape}]");
            return;
        }

        _head[parameter.Name] = stored;
        if (!_file.Entry(stored).Shape.SequenceEqual(parameter.Shape)) Problems.Add($"mis-shaped: {_file.Entry(stored)}, needed is [{shape}]");
    }
}
