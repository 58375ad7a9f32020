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
            CheckpointWriter.Init(options.Out(parsed), options.Config(parsed), options.Stats(parsed), options.Tokenizer(parsed), options.DType(parsed));
            CheckpointTable.Print(options.Out(parsed));
        });
        return command;
    }
}
