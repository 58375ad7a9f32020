using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Import;
using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Safetensors;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Checkpoints;

/// <summary>What an import made of its sources.</summary>
/// <param name="Imported">Parts that came from a file, such as "vlm".</param>
/// <param name="Initialised">Parts that came from the seed.</param>
/// <param name="Ignored">Tensors of the sources that the network has no use for.</param>
public sealed record ImportReport(IReadOnlyList<string> Imported, IReadOnlyList<string> Initialised, IReadOnlyList<string> Ignored);

/// <summary>Writes checkpoints: from a seed, or from separately pretrained experts.</summary>
public static class CheckpointWriter
{
    // An expert is imported whole or not at all; DINOv2 may come without its mask token, which nothing reads.
    private static readonly string[] Parts = ["vlm", "depth.encoder", "depth.decoder", "depth.head", "action", "heads", "diffusion"];
    private const string Optional = "depth.encoder.mask_token";

    /// <summary>Initialises every parameter from the config's seed.</summary>
    /// <exception cref="CheckpointException">The config is impossible.</exception>
    public static void Init(string folder, CheckpointConfig config, NormStats stats, string? tokenizer, DType dtype)
    {
        Require(folder, CheckpointConfigCheck.Problems(config, stats));
        var initializer = new WeightInitializer(config.Seed ?? 0, dtype);
        Write(folder, config, stats, tokenizer, [.. ParameterTable.For(config.Network).Parameters.Select(initializer.Source)]);
    }

    /// <summary>Takes experts from <paramref name="sources"/>, each a file (or shards) with an optional "only these names" prefix; initialises the rest.</summary>
    /// <exception cref="CheckpointException">Some tensor is missing, unknown, doubled or mis-shaped, or the config says "trained" and a part has no source; all are listed.</exception>
    public static ImportReport Import(
        string folder, CheckpointConfig config, NormStats stats, string? tokenizer, DType dtype, IReadOnlyList<(string Path, string? Only)> sources)
    {
        Require(folder, CheckpointConfigCheck.Problems(config, stats));
        var files = sources.Select(s => SafetensorsSet.Open(s.Path)).ToList();
        try
        {
            var table = ParameterTable.For(config.Network);
            var imported = new ImportedWeights(files.Zip(sources, (file, source) => new ImportSource(file, source.Only)), table);
            var parts = Parts.Where(part => table.Parameters.Any(p => Belongs(p, part))).ToLookup(part => table.Parameters.Any(p => Belongs(p, part) && imported.Contains(p.Name)));
            var missing = table.Parameters
                .Where(p => parts[true].Any(part => Belongs(p, part)) && !imported.Contains(p.Name) && p.Name != Optional)
                .Select(p => $"missing: {p}, though the sources hold other tensors of its expert");
            var nothing = parts[true].Any() ? [] : (string[])["nothing: the sources hold no tensor that this network has"];
            var random = config.Trained ? parts[false].Select(part => $"{part}: no source holds it, and a policy with a random part is not trained; name one with --from, or leave --trained out") : [];
            Require(folder, [.. imported.Problems, .. missing, .. nothing, .. random]);

            var initializer = new WeightInitializer(config.Seed ?? 0, dtype);
            Write(folder, config, stats, tokenizer, [.. table.Parameters.Select(p => imported.Contains(p.Name) ? Source(p, imported, dtype) : initializer.Source(p))]);
            return new ImportReport([.. parts[true]], [.. parts[false]], imported.Ignored);
        }
        finally
        {
            foreach (var file in files) file.Dispose();
        }
    }

    private static TensorSource Source(Parameter parameter, ImportedWeights imported, DType dtype) => new(parameter.Name, dtype, parameter.Shape, stream =>
    {
        using var scope = new TensorScope();
        imported.Open(parameter.Name).To(dtype).Contiguous().WriteTo(stream);
    });

    private static bool Belongs(Parameter parameter, string part) => parameter.Name.StartsWith(part + ".", StringComparison.Ordinal);

    private static void Require(string folder, IReadOnlyList<string> problems)
    {
        if (problems.Count > 0) throw new CheckpointException(folder, problems);
    }

    private static void Write(string folder, CheckpointConfig config, NormStats stats, string? tokenizer, IReadOnlyList<TensorSource> tensors)
    {
        if (config.Policy.Tokenizer == TokenizerKind.SentencePiece && tokenizer is null)
        {
            throw new CheckpointException(folder, ["tokenizer: policy.tokenizer is sentence_piece; name its .model file"]);
        }

        Directory.CreateDirectory(folder);
        File.Delete(Path.Combine(folder, Checkpoint.HashFile));
        File.WriteAllText(Path.Combine(folder, Checkpoint.ConfigFile), ModelJson.Write(config));
        File.WriteAllText(Path.Combine(folder, Checkpoint.StatsFile), ModelJson.Write(stats));
        if (tokenizer is not null) File.Copy(tokenizer, Path.Combine(folder, Checkpoint.TokenizerFile), overwrite: true);
        SafetensorsWriter.Write(Path.Combine(folder, "model.safetensors"), tensors, new Dictionary<string, string> { ["format"] = CheckpointConfig.CurrentFormat });
        using var written = Checkpoint.Open(folder);
        File.WriteAllText(Path.Combine(folder, Checkpoint.HashFile), written.Hash + "\n");
    }
}
