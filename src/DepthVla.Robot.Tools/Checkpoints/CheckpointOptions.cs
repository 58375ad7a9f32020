using System.CommandLine;
using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Text.SentencePiece;
using DepthVla.Robot.Tools.CommandLine;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Tools.Checkpoints;

/// <summary>The options that making a checkpoint needs, whatever it is made from.</summary>
internal sealed class CheckpointOptions
{
    private const string OutExpected = "a folder to write";

    private static readonly string ConfigExpected = $"one of {string.Join(", ", Presets.Names)}, or a JSON file";
    private static readonly string[] Types = ["bfloat16", "float16", "float32", "float64"];

    private readonly Option<string> _config = new("--config") { Description = ConfigExpected, HelpName = "NAME|FILE" };
    private readonly Option<string> _out = new("--out") { Description = "folder to write", HelpName = "FOLDER" };
    private readonly Option<ulong?> _seed = new("--seed")
    {
        Description = "seed of initialised weights; the config's own by default", HelpName = "NUMBER", CustomParser = argument => OptionValues.UInt64(argument),
    };
    private readonly Option<string> _dtype = new("--dtype")
    {
        Description = "element type of the weights", HelpName = string.Join('|', Types), CustomParser = OptionValues.OneOf(Types),
        DefaultValueFactory = _ => Types[0],
    };
    private readonly Option<string?> _stats = new("--norm-stats")
    {
        Description = "norm_stats.json; nominal WidowX 250s statistics by default", HelpName = "FILE",
    };
    private readonly Option<string?> _tokenizer = new("--tokenizer")
    {
        Description = "SentencePiece .model file; reads the prompt instead of the config's tokenizer", HelpName = "FILE",
    };

    internal void AddTo(Command command)
    {
        command.Require(_config, ConfigExpected);
        command.Require(_out, OutExpected);
        foreach (var option in (Option[])[_seed, _dtype, _stats, _tokenizer]) command.Add(option);
    }

    /// <summary>Writes to the folder that was asked for.</summary>
    /// <exception cref="UsageException">Nothing can be written there.</exception>
    internal T Write<T>(ParseResult parsed, Func<string, T> write)
    {
        var folder = Out(parsed);
        if (File.Exists(folder)) throw new UsageException(new(_out.Name, OutExpected, $"{folder}, which is a file", "choose another"));
        var isNew = !Directory.Exists(folder);
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException(new(_out.Name, OutExpected, $"{folder}: {e.Message.TrimEnd('.')}", "choose another, or get the right to write there"), e);
        }

        try
        {
            return write(folder);
        }
        catch when (isNew && !Directory.EnumerateFileSystemEntries(folder).Any())
        {
            Directory.Delete(folder);
            throw;
        }
    }

    internal string Out(ParseResult parsed) => parsed.GetRequiredValue(_out);

    /// <summary>The file, which is what it should be; null for none.</summary>
    internal string? Tokenizer(ParseResult parsed)
    {
        if (parsed.GetValue(_tokenizer) is not { } file) return null;
        GivenFile.Read<SentencePieceTokenizer, InvalidDataException>(
            _tokenizer.Name, file, "a SentencePiece .model file", "take the tokenizer.model that came with the weights", SentencePieceTokenizer.Load);
        return file;
    }

    internal DType DType(ParseResult parsed) => Enum.Parse<DType>(parsed.GetRequiredValue(_dtype), ignoreCase: true);

    internal NormStats Stats(ParseResult parsed) => parsed.GetValue(_stats) is { } file
        ? GivenFile.Read<NormStats, FormatException>(_stats.Name, file, "a norm_stats.json", "take one from a checkpoint as an example", Presets.LoadStats)
        : Presets.NominalStats();

    internal CheckpointConfig Config(ParseResult parsed)
    {
        var name = parsed.GetRequiredValue(_config);
        var config = Presets.Names.Contains(name)
            ? Presets.Load(name)
            : GivenFile.Read<CheckpointConfig, FormatException>(
                _config.Name, name, ConfigExpected, "take a checkpoint's config.json as an example", Presets.Load);
        if (parsed.GetValue(_seed) is { } seed) config = config with { Seed = seed };
        return parsed.GetValue(_tokenizer) is null ? config : config with { Policy = config.Policy with { Tokenizer = TokenizerKind.SentencePiece } };
    }
}
