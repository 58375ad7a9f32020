using System.CommandLine;
using DepthVla.Robot.Data.Episodes;
using DepthVla.Robot.Learning.Labelling;
using DepthVla.Robot.Model.DepthTeacher;
using DepthVla.Robot.Tools.CommandLine;
using DepthVla.Robot.Torch.Native;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Tools.Datasets;

/// <summary><c>depthvla data label</c>: a copy of a dataset, with depth for cameras that had none.</summary>
internal static class LabelCommand
{
    internal static Command Create()
    {
        var command = new Command("label", "Copy a dataset and add depth, by Depth Anything V2, for cameras without; ended and started again, it goes on");
        var data = command.Require(Folder("--data", "the dataset (LeRobot v2.1 or v3.0)"), "a dataset's folder");
        var teacher = command.Require(Folder("--teacher", "a metric Depth Anything V2: config.json and safetensors"), "a teacher's folder");
        var target = command.Require(Folder("--out", "where the copy goes"), "a folder");
        var align = new Option<double[]?>("--align")
        {
            Description = "for a relative teacher: 1/depth (1/m) = SCALE · value + SHIFT", HelpName = "SCALE,SHIFT", CustomParser = OptionValues.Numbers(1e6),
        };
        var device = new Option<string>("--device") { Description = "cpu, cuda or cuda:N", DefaultValueFactory = _ => "cpu" };
        var threads = Number("--threads", "CPU threads", Environment.ProcessorCount, 1024);
        var batch = Number("--batch", "pictures that the teacher sees at once", 4, 1024);
        foreach (var option in (Option[])[align, device, threads, batch]) command.Add(option);
        command.SetAction((parsed, stop) => Task.Run(() =>
        {
            var alignment = Alignment(align.Name, parsed.GetValue(align));
            LibTorchLocation.UseThreads(parsed.GetValue(threads));
            using var model = DepthAnything.Open(parsed.GetRequiredValue(teacher), TorchDevice.Parse(parsed.GetRequiredValue(device)));
            var skipped = new List<EpisodeProblem>();
            Bar.Show("episodes", bar => DepthLabelling.Run(parsed.GetRequiredValue(data), model, parsed.GetRequiredValue(target), alignment, parsed.GetValue(batch), progress =>
            {
                (bar.MaxValue, bar.Value, bar.Description) = (progress.AllEpisodes, progress.Episodes, $"{progress.Frames:n0} frames");
                if (progress.Skipped is { } problem) skipped.Add(problem);
            }, stop));
            foreach (var problem in skipped) Console.WriteLine($"left out: {problem}");
            return stop.IsCancellationRequested ? 1 : 0;
        }, CancellationToken.None));
        return command;
    }

    private static InverseDepthAlignment? Alignment(string option, double[]? numbers) => numbers switch
    {
        null or [] => null,      // an absent option is an empty list
        [var scale, var shift] => new InverseDepthAlignment(scale, shift),
        _ => throw new UsageException(new(option, "two numbers, SCALE,SHIFT", $"{numbers.Length}", "write them like 0.02,0.15")),
    };

    private static Option<string> Folder(string name, string description) => new(name) { Description = description, HelpName = "FOLDER" };

    private static Option<int> Number(string name, string description, int value, int most) => new(name)
    {
        Description = description, DefaultValueFactory = _ => value, CustomParser = OptionValues.Int32(1, most),
    };
}
