using System.CommandLine;
using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Tools.Checkpoints;

/// <summary>The options that making a checkpoint needs, whatever it is made from.</summary>
internal sealed class CheckpointOptions
{
    private readonly Option<string> _config = new("--config") { Description = $"one of {string.Join(", ", Presets.Names)}, or a JSON file", Required = true };
    private readonly Option<string> _out = new("--out") { Description = "folder to write", Required = true };
    private readonly Option<ulong?> _seed = new("--seed") { Description = "seed of initialised weights; the config's own by default" };
    private readonly Option<string> _dtype = new("--dtype") { Description = "element type of the weights", DefaultValueFactory = _ => "bfloat16" };
    private readonly Option<string?> _stats = new("--norm-stats") { Description = "norm_stats.json; nominal WidowX 250s statistics by default" };
    private readonly Option<string?> _tokenizer = new("--tokenizer") { Description = "SentencePiece .model file; reads the prompt instead of the config's tokenizer" };

    internal CheckpointOptions()
    {
        _dtype.AcceptOnlyFromAmong("bfloat16", "float16", "float32", "float64");
    }

    internal void AddTo(Command command)
    {
        foreach (var option in (Option[])[_config, _out, _seed, _dtype, _stats, _tokenizer]) command.Add(option);
    }

    internal string Out(ParseResult parsed) => parsed.GetRequiredValue(_out);

    internal string? Tokenizer(ParseResult parsed) => parsed.GetValue(_tokenizer);

    internal DType DType(ParseResult parsed) => Enum.Parse<DType>(parsed.GetRequiredValue(_dtype), ignoreCase: true);

    internal NormStats Stats(ParseResult parsed) => parsed.GetValue(_stats) is { } file ? Presets.LoadStats(file) : Presets.NominalStats();

    internal CheckpointConfig Config(ParseResult parsed)
    {
        var config = Presets.Load(parsed.GetRequiredValue(_config));
        if (parsed.GetValue(_seed) is { } seed) config = config with { Seed = seed };
        return Tokenizer(parsed) is null ? config : config with { Policy = config.Policy with { Tokenizer = TokenizerKind.SentencePiece } };
    }
}
