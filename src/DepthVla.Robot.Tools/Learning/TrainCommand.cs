using System.CommandLine;
using System.Globalization;
using DepthVla.Robot.Learning.Training;
using DepthVla.Robot.Tools.CommandLine;
using DepthVla.Robot.Torch.Native;
using DepthVla.Robot.Torch.Tensors;
using Spectre.Console;

namespace DepthVla.Robot.Tools.Learning;

/// <summary><c>depthvla train</c>: from a config file to a checkpoint.</summary>
internal static class TrainCommand
{
    internal static Command Create()
    {
        var command = new Command("train", "Train a policy from a config file; killed and started again, it goes on from its last saved state");
        var config = command.Require(new Option<string>("--config") { Description = "the training config", HelpName = "FILE" }, "a training config");
        var run = new Option<string?>("--run") { Description = "where state, log and checkpoint go; runs/NAME of the config beside the current folder if not given", HelpName = "FOLDER" };
        var device = new Option<string>("--device") { Description = "cpu, cuda or cuda:N", DefaultValueFactory = _ => "cpu" };
        var threads = new Option<int>("--threads") { Description = "CPU threads of each replica", DefaultValueFactory = _ => Environment.ProcessorCount, CustomParser = OptionValues.Int32(1, 1024) };
        var replicas = new Option<int>("--replicas")
        {
            Description = "so many share every batch in this process, each with threads of its own: on few cores faster than threads", DefaultValueFactory = _ => 1, CustomParser = OptionValues.Int32(1, 1024),
        };
        foreach (var option in (Option[])[run, device, threads, replicas]) command.Add(option);
        command.SetAction((parsed, stop) => Task.Run(() =>
        {
            var file = GivenFile.Require("--config", parsed.GetRequiredValue(config), "a training config");
            LibTorchLocation.UseThreads(parsed.GetValue(threads));
            var folder = parsed.GetValue(run) ?? Path.Combine("runs", Path.GetFileNameWithoutExtension(file));
            string? checkpoint = null;
            void Train(Action<TrainingProgress> show) => checkpoint = TrainingRun.Run(file, folder, TorchDevice.Parse(parsed.GetRequiredValue(device)), show, stop, parsed.GetValue(replicas));
            if (Console.IsOutputRedirected || IsReplica) Train(progress => Show(progress, Console.WriteLine));
            else
            {
                Bar.Show("reading", bar => Train(progress =>
                {
                    Show(progress, AnsiConsole.WriteLine);
                    if (progress.Step > 0) (bar.MaxValue, bar.Value, bar.Description) = (progress.Steps, progress.Step, "steps");
                }));
            }

            Console.WriteLine(checkpoint is null ? $"stopped; the same command goes on from {folder}" : $"trained: {checkpoint}");
            return checkpoint is null ? 1 : 0;
        }, CancellationToken.None));
        return command;
    }

    // Several processes draw on one terminal.
    private static bool IsReplica => Environment.GetEnvironmentVariable("OMPI_COMM_WORLD_SIZE") is { Length: > 0 };

    private static void Show(TrainingProgress progress, Action<string> write)
    {
        if (progress.Line is not { } line)
        {
            if (progress.Message.Length > 0) write(progress.Message);
            return;
        }

        static string Number(string name, double value, string format = "0.0000") => double.IsNaN(value) ? "" : $"  {name} {value.ToString(format, CultureInfo.InvariantCulture)}";
        write($"{(line.IsValidation ? "validation" : $"step {line.Step}/{progress.Steps}"),-18}" + Number("flow", line.Flow) + Number("depth", line.Depth)
            + Number("pointer", line.Pointer, "0.000") + Number("found", line.PointerAccuracy, "0.000") + Number("dense", line.Dense, "0.000")
            + Number("off by", line.AbsoluteRelativeError, "0.000") + Number("within 1.25", line.Delta, "0.000") + Number("gradient", line.GradientNorm, "0.00") + Number("samples/s", line.SamplesPerSecond, "0.0"));
    }
}
