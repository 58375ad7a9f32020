using System.Collections.Frozen;
using System.Text.Json;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Torch.Safetensors;

/// <summary>The tensors of one checkpoint, be it a single file or shards with a <c>*.index.json</c>. Thread-safe.</summary>
public sealed class SafetensorsSet : IDisposable
{
    private readonly List<SafetensorsFile> _files;
    private readonly FrozenDictionary<string, SafetensorsFile> _owners;

    private SafetensorsSet(List<SafetensorsFile> files, FrozenDictionary<string, SafetensorsFile> owners) => (_files, _owners) = (files, owners);

    /// <summary>The table entries of all files.</summary>
    public IEnumerable<TensorEntry> Entries => _owners.Select(o => o.Value.Entry(o.Key));

    /// <summary>The files.</summary>
    public IEnumerable<string> Paths => _files.Select(f => f.Path);

    /// <summary>Opens a .safetensors file, a .safetensors.index.json, or a folder that holds one or the other.</summary>
    /// <exception cref="SafetensorsException">A file is broken, a shard is missing, or index and shards disagree.</exception>
    public static SafetensorsSet Open(string path)
    {
        var file = Directory.Exists(path) ? InFolder(path) : path;
        return file.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? OpenShards(file) : Single(SafetensorsFile.Open(file));
    }

    /// <summary>True when one of the files has a tensor of that name.</summary>
    public bool Contains(string name) => _owners.ContainsKey(name);

    /// <summary>The table entry of <paramref name="name"/>.</summary>
    public TensorEntry Entry(string name) => Owner(name).Entry(name);

    /// <summary>See <see cref="SafetensorsFile.Tensor"/>.</summary>
    public Tensor Tensor(string name) => Owner(name).Tensor(name);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in _files) file.Dispose();
    }

    private static string InFolder(string folder)
    {
        var single = Path.Combine(folder, "model.safetensors");
        if (File.Exists(single)) return single;
        var indexes = Directory.GetFiles(folder, "*.safetensors.index.json");
        if (indexes.Length == 1) return indexes[0];
        var files = Directory.GetFiles(folder, "*.safetensors");
        return files.Length == 1 && indexes.Length == 0
            ? files[0]
            : throw new SafetensorsException($"{folder}: expected model.safetensors or one *.safetensors.index.json, found {files.Length} and {indexes.Length}");
    }

    private static SafetensorsSet Single(SafetensorsFile file) =>
        new([file], file.Header.Entries.ToFrozenDictionary(e => e.Name, _ => file));

    private static SafetensorsSet OpenShards(string index)
    {
        var map = ReadIndex(index);
        var folder = Path.GetDirectoryName(Path.GetFullPath(index))!;
        var files = new Dictionary<string, SafetensorsFile>();
        try
        {
            foreach (var shard in map.Values.Distinct())
            {
                var path = Path.Combine(folder, shard);
                if (!File.Exists(path)) throw new SafetensorsException($"{index}: shard {shard} is missing");
                files[shard] = SafetensorsFile.Open(path);
            }

            foreach (var (name, shard) in map)
            {
                if (!files[shard].Contains(name)) throw new SafetensorsException($"{index}: tensor '{name}' is not in {shard}");
            }

            foreach (var (shard, file) in files)
            {
                foreach (var entry in file.Header.Entries)
                {
                    if (!map.TryGetValue(entry.Name, out var owner) || owner != shard) throw new SafetensorsException($"{index}: {shard} holds '{entry.Name}', which the index places elsewhere");
                }
            }

            return new SafetensorsSet([.. files.Values], map.ToFrozenDictionary(m => m.Key, m => files[m.Value]));
        }
        catch
        {
            foreach (var file in files.Values) file.Dispose();
            throw;
        }
    }

    private static Dictionary<string, string> ReadIndex(string index)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(index), new JsonDocumentOptions { AllowDuplicateProperties = false });
            var map = new Dictionary<string, string>();
            foreach (var property in document.RootElement.GetProperty("weight_map").EnumerateObject())
            {
                var shard = property.Value.GetString();
                // A shard lies beside its index; a path could lead anywhere.
                if (string.IsNullOrEmpty(shard) || shard != Path.GetFileName(shard)) throw new SafetensorsException($"{index}: '{property.Name}' names the shard '{shard}', which is not a file name");
                map[property.Name] = shard;
            }

            return map;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new SafetensorsException($"{index}: expected {{\"weight_map\": {{tensor: shard}}}}: {e.Message}", e);
        }
    }

    private SafetensorsFile Owner(string name) =>
        _owners.TryGetValue(name, out var file) ? file : throw new SafetensorsException($"{string.Join(", ", Paths)}: no tensor '{name}'");
}
