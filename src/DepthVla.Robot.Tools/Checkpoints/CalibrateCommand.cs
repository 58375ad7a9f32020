using System.CommandLine;
using System.Globalization;
using DepthVla.Robot.Learning.Evaluation.Calibration;
using DepthVla.Robot.Tools.CommandLine;
using DepthVla.Robot.Torch.Native;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Tools.Checkpoints;

/// <summary><c>depthvla checkpoint calibrate</c>: scales for products of 8-bit floats, from recorded frames.</summary>
internal static class CalibrateCommand
{
    internal static Command Create()
    {
        var folder = new Argument<string>("folder") { Description = "the checkpoint's folder; float8.json is put there" };
        var command = new Command("calibrate", "Find the scales for computing in 8 bits (--products float8), over recorded frames; refused where chunks change") { folder };
        var data = command.Require(new Option<string>("--data") { Description = "recorded episodes of this robot (LeRobot v2.1 or v3.0)", HelpName = "FOLDER" }, "a dataset's folder");
        var frames = Number("--frames", "frames that are looked at, evenly spread", 64, 10_000);
        var device = new Option<string>("--device") { Description = "cpu, cuda or cuda:N", HelpName = "DEVICE", DefaultValueFactory = _ => "cpu" };
        var threads = Number("--threads", "CPU threads", Environment.ProcessorCount, 1024);
        foreach (var option in (Option[])[frames, device, threads]) command.Add(option);
        command.SetAction((parsed, stop) => Task.Run(() =>
        {
            LibTorchLocation.UseThreads(parsed.GetValue(threads));
            var (episodes, most, where) = (parsed.GetRequiredValue(data), parsed.GetValue(frames), TorchDevice.Parse(parsed.GetRequiredValue(device)));
            var report = CheckpointFolder.Open("folder", parsed.GetRequiredValue(folder), checkpoint => Run(checkpoint, episodes, most, where, stop));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{report.Frames} frames, {report.Products} products: chunks in 8 bits against the stored type, cosine {report.LeastCosine:F5} at least, {report.MeanCosine:F5} on average"));
            Console.WriteLine(report.IsAccepted ? "float8.json is written: serve with --products float8"
                : $"refused, nothing written: every chunk must reach {CalibrationReport.LeastAccepted.ToString(CultureInfo.InvariantCulture)}. Serve this checkpoint in its stored type");
            return report.IsAccepted ? 0 : 1;
        }, CancellationToken.None));
        return command;
    }

    private static CalibrationReport Run(string checkpoint, string data, int frames, TorchDevice device, CancellationToken stop)
    {
        CalibrationReport? report = null;
        Bar.Show("answers", bar => report = CalibrationRun.Run(checkpoint, data, frames, device, (done, all) => (bar.MaxValue, bar.Value) = (all, done), stop));
        return report!;
    }

    private static Option<int> Number(string name, string description, int value, int most) => new(name)
    {
        Description = description, HelpName = "NUMBER", DefaultValueFactory = _ => value, CustomParser = OptionValues.Int32(1, most),
    };
}
