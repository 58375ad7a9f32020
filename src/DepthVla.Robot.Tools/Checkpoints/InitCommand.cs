using System.CommandLine;
using DepthVla.Robot.Model.Checkpoints;

namespace DepthVla.Robot.Tools.Checkpoints;

/// <summary><c>depthvla checkpoint init</c>: a checkpoint from a configuration and a seed.</summary>
internal static class InitCommand
{
    internal static Command Create()
    {
        var options = new CheckpointOptions();
        var command = new Command("init", "Write a randomly initialised checkpoint; the same config and seed give the same bytes");
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            var (config, stats, tokenizer) = (options.Config(parsed), options.Stats(parsed), options.Tokenizer(parsed));
            options.Write(parsed, folder =>
            {
                CheckpointWriter.Init(folder, config, stats, tokenizer, options.DType(parsed));
                return folder;
            });
            CheckpointTable.Print(options.Out(parsed));
        });
        return command;
    }
}
