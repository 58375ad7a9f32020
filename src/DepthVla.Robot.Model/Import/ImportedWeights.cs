using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Safetensors;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Import;

/// <summary>A file to import from.</summary>
/// <param name="Weights">Its tensors.</param>
/// <param name="Only">Take only names that begin so, such as "vlm" or "depth"; null takes all.</param>
internal sealed record ImportSource(SafetensorsSet Weights, string? Only = null);

/// <summary>The tensors of public checkpoints under our names, renamed, cut and joined when they are opened.</summary>
internal sealed class ImportedWeights : IWeightSource
{
    private readonly Dictionary<string, SortedList<int, (SafetensorsSet File, string Name)>> _parts = [];
    private readonly Dictionary<string, long[]> _wanted;

    /// <summary>Maps every tensor of <paramref name="sources"/>; what cannot be used is listed in <see cref="Problems"/>.</summary>
    internal ImportedWeights(IEnumerable<ImportSource> sources, ParameterTable table)
    {
        _wanted = table.Parameters.ToDictionary(p => p.Name, p => p.Shape);
        foreach (var source in sources) Map(source);
        foreach (var (name, parts) in _parts.ToList()) CheckShape(name, parts);
    }

    /// <summary>Unknown, doubled and mis-shaped tensors, one line each.</summary>
    internal List<string> Problems { get; } = [];

    /// <summary>Known tensors that this network has no use for.</summary>
    internal List<string> Ignored { get; } = [];

    public IEnumerable<(string Name, IReadOnlyList<long> Shape)> Tensors => _parts.Keys.Select(name => (name, (IReadOnlyList<long>)_wanted[name]));

    internal bool Contains(string name) => _parts.ContainsKey(name);

    public Tensor Open(string name)
    {
        using var scope = new TensorScope();
        var joined = Tensor.Cat([.. _parts[name].Values.Select(p => p.File.Tensor(p.Name))], 0);
        var rows = _wanted[name] is [var first, ..] ? first : 0;
        return scope.Keep(rows > 0 && joined.Size(0) > rows ? joined.Slice(0, 0, rows).Contiguous() : joined);
    }

    private void Map(ImportSource source)
    {
        foreach (var entry in source.Weights.Entries)
        {
            if (!NameMap.TryTranslate(entry.Name, out var own)) Problems.Add($"unknown: {entry}");
            else if (own.Name.Length == 0 || !Selected(own.Name, source.Only)) Ignored.Add(entry.Name);
            else if (!_wanted.ContainsKey(own.Name)) Problems.Add($"extra: {entry} would be {own.Name}, which this network does not have");
            else Add(own, source.Weights, entry);
        }
    }

    private void Add(OwnName own, SafetensorsSet file, TensorEntry entry)
    {
        if (!_parts.TryGetValue(own.Name, out var parts)) _parts[own.Name] = parts = [];
        if (parts.TryAdd(own.Part ?? 0, (file, entry.Name))) return;

        // A tied output matrix may be stored beside the embedding it equals.
        if (entry.Name.EndsWith("lm_head.weight", StringComparison.Ordinal)) Ignored.Add(entry.Name);
        else if (parts[own.Part ?? 0].Name.EndsWith("lm_head.weight", StringComparison.Ordinal) && parts[own.Part ?? 0].File == file)
        {
            Ignored.Add(parts[own.Part ?? 0].Name);
            parts[own.Part ?? 0] = (file, entry.Name);
        }
        else Problems.Add($"twice: {own.Name} comes from {parts[own.Part ?? 0].Name} and from {entry.Name}; name one source with its expert, as in --from vlm=FILE");
    }

    private void CheckShape(string name, SortedList<int, (SafetensorsSet File, string Name)> parts)
    {
        var wanted = _wanted[name];
        var shapes = parts.Values.Select(p => p.File.Entry(p.Name).Shape).ToList();
        var rows = shapes.Sum(s => s.Count > 0 ? s[0] : 0);
        var restFits = shapes.All(s => s.Skip(1).SequenceEqual(wanted.Skip(1)));

        // Embedding tables are padded to round row counts; the surplus rows belong to no token.
        var rowsFit = name == "vlm.embed.weight" ? rows >= wanted[0] : wanted.Length == 0 || rows == wanted[0];
        if (restFits && rowsFit) return;

        var from = string.Join(" + ", parts.Values.Select(p => p.File.Entry(p.Name)));
        Problems.Add($"mis-shaped: {name} needs [{string.Join(", ", wanted)}], the source has {from}");
        _parts.Remove(name);
    }

    private static bool Selected(string name, string? only) => only is null || name.StartsWith(only + ".", StringComparison.Ordinal);
}
