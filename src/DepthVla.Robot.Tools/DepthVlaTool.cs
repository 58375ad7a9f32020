using System.CommandLine;
using DepthVla.Robot.Benchmarks;
using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Data.Layout;
using DepthVla.Robot.Model.Checkpoints;
using DepthVla.Robot.Recording.Mcap;
using DepthVla.Robot.Settings;
using DepthVla.Robot.Simulation.MuJoCo;
using DepthVla.Robot.Tools.Checkpoints;
using DepthVla.Robot.Tools.CommandLine;
using DepthVla.Robot.Tools.Datasets;
using DepthVla.Robot.Tools.Evaluation;
using DepthVla.Robot.Tools.Inference;
using DepthVla.Robot.Tools.Learning;
using DepthVla.Robot.Tools.Models;
using DepthVla.Robot.Tools.Replaying;
using DepthVla.Robot.Tools.Watching;
using DepthVla.Robot.Torch.Native;
using DepthVla.Robot.Torch.Safetensors;

namespace DepthVla.Robot.Tools;

/// <summary>The <c>depthvla</c> tool.</summary>
internal static class DepthVlaTool
{
    /// <summary>0: done. 1: it failed, or a check said no. 2: the command line cannot be used.</summary>
    internal static async Task<int> RunAsync(string[] arguments, TextWriter error)
    {
        var parsed = Commands().Parse(arguments);
        if (UsageErrors.Of(parsed) is { Count: > 0 } lines)
        {
            foreach (var line in lines) await error.WriteLineAsync(line);
            return ProgramOptions.UsageError;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromMinutes(2) });
        }
        catch (UsageException e)
        {
            await error.WriteLineAsync(e.Message);
            return ProgramOptions.UsageError;
        }
        catch (Exception e) when (e is CheckpointException or SafetensorsException or TorchException or InvalidObservationException
            or CorruptDatasetException or DatasetException or FormatException or IOException or UnauthorizedAccessException
            or SimulatorUnavailableException or McapException or PolicyServiceException or MalformedMessageException)
        {
            // What a user can mend is told in one message; anything else is our fault and keeps its trace.
            await error.WriteLineAsync(e.Message);
            return 1;
        }
    }

    private static RootCommand Commands() => new("""
        DepthVLA from the command line: checkpoints, recorded episodes, inference on picture files, and a look at a running server.

        For a start:
          depthvla checkpoint inspect models/depthvla-tiny
          depthvla infer --checkpoint models/depthvla-tiny --image PRIMARY.png --image WRIST.png --instruction "put the spoon on the towel"

        Exit code 0: done; 1: it failed, or a check said no; 2: the command line cannot be used.
        """)
    {
        new Command("checkpoint", "Make, look at and check checkpoints")
        {
            InitCommand.Create(),
            ImportCommand.Create(),
            InspectCommand.Create(),
            VerifyCommand.Create(),
            CalibrateCommand.Create(),
        },
        InferCommand.Create(),
        new Command("data", "Make and look at datasets")
        {
            GenerateCommand.Create(),
            DataInspectCommand.Create(),
            LabelCommand.Create(),
        },
        TrainCommand.Create(),
        AblateCommand.Create(),
        EvaluateCommand.Create(),
        ReplayCommand.Create(),
        ModelCommand.Create(),
        TopCommand.Create(),
        BenchCommand.Create(),
    };
}
