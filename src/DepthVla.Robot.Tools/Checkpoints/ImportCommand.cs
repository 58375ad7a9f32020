using System.CommandLine;
using DepthVla.Robot.Model.Checkpoints;

namespace DepthVla.Robot.Tools.Checkpoints;

/// <summary><c>depthvla checkpoint import</c>: a checkpoint assembled from separately pretrained experts.</summary>
internal static class ImportCommand
{
    internal static Command Create()
    {
        var options = new CheckpointOptions();
        var from = new Option<string[]>("--from")
        {
            Description = "[EXPERT=]PATH, repeated: a .safetensors file, an index.json or a folder of PaliGemma (Hugging Face), DINOv2 or Depth Anything V2 "
                + "(original or Hugging Face), openpi or LeRobot pi0, or our own; EXPERT (vlm, depth, action, heads) takes that expert alone",
            Required = true,
        };
        var trained = new Option<bool>("--trained") { Description = "say that the policy as a whole is trained; only for a complete one" };
        var command = new Command("import", "Assemble a checkpoint from pretrained experts; experts without a source are initialised and reported") { from, trained };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            var sources = parsed.GetRequiredValue(from).Select(Split).ToList();
            var config = options.Config(parsed) with { Trained = parsed.GetValue(trained), Sources = [.. sources.Select(s => Path.GetFileName(s.Path))] };
            var report = CheckpointWriter.Import(options.Out(parsed), config, options.Stats(parsed), options.Tokenizer(parsed), options.DType(parsed), sources);
            CheckpointTable.Print(options.Out(parsed));
            Console.WriteLine($"imported     {string.Join(", ", report.Imported)}");
            Console.WriteLine($"initialised  {(report.Initialised.Count == 0 ? "nothing" : string.Join(", ", report.Initialised))}");
            if (report.Ignored.Count > 0) Console.WriteLine($"not needed   {report.Ignored.Count} tensors, such as {report.Ignored[0]}");
        });
        return command;
    }

    // "vlm=path", or a path alone; a path that exists may contain "=".
    private static (string Path, string? Only) Split(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals <= 0 || File.Exists(text) || Directory.Exists(text) ? (text, null) : (text[(equals + 1)..], text[..equals]);
    }
}
