using System.CommandLine;
using DepthVla.Robot.Data.Episodes;
using DepthVla.Robot.Data.Reading;
using DepthVla.Robot.Imaging.Codecs;
using DepthVla.Robot.Tools.CommandLine;

namespace DepthVla.Robot.Tools.Datasets;

/// <summary><c>depthvla data inspect</c>: what a dataset holds, and whether it is whole.</summary>
internal static class DataInspectCommand
{
    internal static Command Create()
    {
        var folder = new Argument<string>("folder") { Description = "the dataset's folder" };
        var pictures = new Option<string?>("--pictures") { Description = "PNG to draw some of its frames into", HelpName = "FILE" };
        var command = new Command("inspect", "Print what a dataset (LeRobot v2.1 or v3.0) holds; read all of it and name what is broken") { folder, pictures };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var target = parsed.GetValue(pictures) is { } file ? PictureTarget.Require(pictures.Name, file) : null;
            using var dataset = Open(parsed.GetRequiredValue(folder));
            var problems = dataset.Verify();
            int[] sound = [.. dataset.Episodes.Select(entry => entry.Index).Except(problems.Select(problem => problem.Episode))];
            DatasetTable.Print(dataset, sound, DatasetStatistics.Of(dataset, sound, problem => throw new CorruptEpisodeException(problem)));
            if (target is not null && sound.Length > 0)
            {
                await File.WriteAllBytesAsync(target, PngCodec.Encode(EpisodePictures.Draw(dataset, sound)), cancellationToken);
                Console.WriteLine($"pictures     {target}");
            }
            if (problems.Length > 0) throw new CorruptDatasetException(problems);
        });
        return command;
    }

    private static LeRobotDataset Open(string folder)
    {
        if (Directory.Exists(folder) && File.Exists(Path.Combine(folder, "meta/info.json"))) return LeRobotDataset.Open(folder);
        var came = File.Exists(folder) ? "which is a file" : Directory.Exists(folder) ? "which has no meta/info.json" : "which does not exist";
        throw new UsageException(new("folder", "a LeRobot dataset, v2.1 or v3.0", $"{folder}, {came}", "check the path"));
    }
}
