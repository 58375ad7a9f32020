using System.CommandLine;
using DepthVla.Robot.Model.Checkpoints;
using DepthVla.Robot.Tools.Checkpoints;
using DepthVla.Robot.Tools.Inference;
using DepthVla.Robot.Torch.Native;
using DepthVla.Robot.Torch.Safetensors;

var root = new RootCommand("DepthVLA: checkpoints and inference from the command line")
{
    new Command("checkpoint", "Make, look at and check checkpoints")
    {
        InitCommand.Create(),
        ImportCommand.Create(),
        InspectCommand.Create(),
        VerifyCommand.Create(),
    },
    InferCommand.Create(),
};

try
{
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception e) when (e is CheckpointException or SafetensorsException or TorchException or FormatException or IOException or UnauthorizedAccessException)
{
    // What a user can mend is told in one message; anything else is our fault and keeps its trace.
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
