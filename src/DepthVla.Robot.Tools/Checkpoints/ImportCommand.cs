using System.CommandLine;
using DepthVla.Robot.Model.Checkpoints;
using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Tools.CommandLine;
using DepthVla.Robot.Torch.Safetensors;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Tools.Checkpoints;

/// <summary><c>depthvla checkpoint import</c>: a checkpoint assembled from separately pretrained experts.</summary>
internal static class ImportCommand
{
    private const string Weights = "weights to import";

    private static readonly string[] Experts = ["vlm", "depth", "action", "heads"];

    internal static Command Create()
    {
        var options = new CheckpointOptions();
        var from = new Option<string[]>("--from")
        {
            Description = "repeated; a .safetensors file, an index.json or a folder of PaliGemma (Hugging Face), DINOv2 or Depth Anything V2 "
                + $"(original or Hugging Face), openpi or LeRobot pi0, or our own; EXPERT ({string.Join(", ", Experts)}) takes that expert alone",
            HelpName = "[EXPERT=]PATH", Arity = ArgumentArity.OneOrMore,
        };
        var trained = new Option<bool>("--trained") { Description = "say that the policy as a whole is trained; only for a complete one" };
        var command = new Command("import", "Assemble a checkpoint from pretrained experts; experts without a source are initialised and reported") { trained };
        command.Require(from, Weights);
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            var sources = parsed.GetRequiredValue(from).Select(Split).ToList();
            var config = options.Config(parsed) with { Trained = parsed.GetValue(trained), Sources = [.. sources.Select(s => Path.GetFileName(s.Path))] };
            var (stats, tokenizer) = (options.Stats(parsed), options.Tokenizer(parsed));
            var report = options.Write(parsed, folder => Import(folder, config, stats, tokenizer, options.DType(parsed), sources));
            CheckpointTable.Print(options.Out(parsed));
            Console.WriteLine($"imported     {string.Join(", ", report.Imported)}");
            Console.WriteLine($"initialised  {(report.Initialised.Count == 0 ? "nothing" : string.Join(", ", report.Initialised))}");
            if (report.Ignored.Count > 0) Console.WriteLine($"not needed   {report.Ignored.Count} tensors, such as {report.Ignored[0]}");
        });
        return command;
    }

    private static ImportReport Import(
        string folder, CheckpointConfig config, NormStats stats, string? tokenizer, DType dtype, IReadOnlyList<(string Path, string? Only)> sources)
    {
        try
        {
            return CheckpointWriter.Import(folder, config, stats, tokenizer, dtype, sources);
        }
        catch (SafetensorsException e)
        {
            throw new UsageException(new("--from", Weights, e.Message, "name a .safetensors file, an index.json or their folder"), e);
        }
    }

    // "vlm=path", or a path alone; a path that exists may contain "=".
    private static (string Path, string? Only) Split(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var (path, only) = equals <= 0 || Path.Exists(text) ? (text, null) : (text[(equals + 1)..], text[..equals]);
        if (only is not null && !Experts.Contains(only))
        {
            throw new UsageException(new("--from", $"one of {string.Join(", ", Experts)} before '='", $"'{only}'", "name the expert to take, or the path alone"));
        }

        return Path.Exists(path) ? (path, only) : throw new UsageException(new("--from", Weights, $"{path}, which does not exist", "check the path"));
    }
}
