using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Safetensors;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Checkpoints;

/// <summary>A model on disk: config.json, norm_stats.json, weights, perhaps a tokenizer, and the hash that names all of it.</summary>
/// <remarks>Weights are mapped, not read: opening 7.7 GB costs the hash alone.</remarks>
public sealed class Checkpoint : IDisposable
{
    internal const string ConfigFile = "config.json";
    internal const string StatsFile = "norm_stats.json";
    internal const string TokenizerFile = "tokenizer.model";
    internal const string HashFile = "checkpoint.sha256";

    private Checkpoint(string folder, CheckpointConfig config, NormStats stats, SafetensorsSet weights)
    {
        (Folder, Config, Stats, Weights) = (folder, config, stats, weights);
        string[] described = [ConfigFile, StatsFile, .. File.Exists(TokenizerPath) ? (string[])[TokenizerFile] : []];
        Hash = ContentHash.OfFiles(folder, [.. described, .. weights.Paths.Select(f => Path.GetFileName(f))]);
        NormalizationHash = ContentHash.OfFiles(folder, [StatsFile]);
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>Its config.json.</summary>
    public CheckpointConfig Config { get; }

    /// <summary>Its norm_stats.json.</summary>
    public NormStats Stats { get; }

    /// <summary>Its tensors.</summary>
    public SafetensorsSet Weights { get; }

    /// <summary>SHA-256 over all its files, hex: its name everywhere.</summary>
    public string Hash { get; }

    /// <summary>SHA-256 over its normalisation statistics, hex.</summary>
    public string NormalizationHash { get; }

    /// <summary>The type that most of its weights are stored in.</summary>
    public DType StoredType => Weights.Entries.GroupBy(e => e.DType).MaxBy(g => g.Sum(e => e.Length))!.Key;

    /// <summary>How many parameters it has.</summary>
    public long Parameters => Weights.Entries.Sum(e => e.Count);

    internal string TokenizerPath => Path.Combine(Folder, TokenizerFile);

    /// <summary>Opens and checks a checkpoint folder: sizes, statistics, every tensor's name and shape, and the recorded hash.</summary>
    /// <exception cref="CheckpointException">Something does not fit; everything that does not is listed.</exception>
    /// <exception cref="SafetensorsException">The weights are not safetensors files.</exception>
    public static Checkpoint Open(string folder)
    {
        var (config, stats) = ReadDescription(folder);
        var weights = SafetensorsSet.Open(folder);
        try
        {
            var problems = WeightCheck.Problems(ParameterTable.For(config.Network), new CheckpointWeights(weights));
            if (problems.Count > 0) throw new CheckpointException(folder, problems);
            var checkpoint = new Checkpoint(folder, config, stats, weights);
            checkpoint.CompareWithRecordedHash();
            return checkpoint;
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    /// <summary>The names of tensors that hold NaN or infinity. Reads every number.</summary>
    public IEnumerable<string> NotFinite() => Weights.Entries.Select(e => e.Name).Where(name =>
    {
        using var scope = new TensorScope();
        return !Weights.Tensor(name).IsFinite();
    });

    /// <inheritdoc/>
    public void Dispose() => Weights.Dispose();

    private static (CheckpointConfig Config, NormStats Stats) ReadDescription(string folder)
    {
        var problems = new List<string>();
        var config = Read<CheckpointConfig>(ConfigFile);
        var stats = Read<NormStats>(StatsFile);
        if (config is not null)
        {
            problems.AddRange(CheckpointConfigCheck.Problems(config, stats));
            if (config.Policy.Tokenizer == TokenizerKind.SentencePiece && !File.Exists(Path.Combine(folder, TokenizerFile)))
            {
                problems.Add($"{TokenizerFile}: policy.tokenizer is sentence_piece, but the file is not there");
            }
        }

        return problems.Count == 0 ? (config!, stats!) : throw new CheckpointException(folder, problems);

        T? Read<T>(string file) where T : class
        {
            try { return ModelJson.Read<T>(File.ReadAllText(Path.Combine(folder, file)), file); }
            catch (FormatException e) { problems.Add(e.Message); }
            catch (IOException e) { problems.Add($"{file}: {e.Message}"); }
            return null;
        }
    }

    private void CompareWithRecordedHash()
    {
        var file = Path.Combine(Folder, HashFile);
        if (!File.Exists(file)) return;
        var recorded = File.ReadAllText(file).Trim();
        if (recorded != Hash)
        {
            throw new CheckpointException(Folder,
                [$"{HashFile}: expected {recorded}, got {Hash}; a file was changed or damaged. Restore it, or delete {HashFile} if you changed it on purpose"]);
        }
    }
}
