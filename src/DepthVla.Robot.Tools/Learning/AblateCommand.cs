using System.CommandLine;
using DepthVla.Robot.Learning.Studies;
using DepthVla.Robot.Tools.CommandLine;
using DepthVla.Robot.Torch.Native;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Tools.Learning;

/// <summary><c>depthvla ablate</c>: trains and judges every variant of a study, and writes its page.</summary>
internal static class AblateCommand
{
    internal static Command Create()
    {
        var command = new Command("ablate", "Run a study: every variant with every seed; ended and started again, it goes on; several processes share the work");
        var study = command.Require(new Option<string>("--study") { Description = "the study's config", HelpName = "FILE" }, "a study's config");
        var run = new Option<string?>("--run") { Description = "where its runs go; runs/NAME if not given", HelpName = "FOLDER" };
        var page = new Option<string?>("--page") { Description = "the page to write, and every attempt beside it as JSON, which is read first: what it holds is not done again; docs/results/NAME.md if not given", HelpName = "FILE" };
        var device = new Option<string>("--device") { Description = "cpu, cuda or cuda:N", DefaultValueFactory = _ => "cpu" };
        foreach (var option in (Option[])[run, page, device]) command.Add(option);
        command.SetAction((parsed, stop) => Task.Run(() =>
        {
            var file = GivenFile.Require("--study", parsed.GetRequiredValue(study), "a study's config");
            LibTorchLocation.UseThreads(1);
            var config = StudyRun.Read(file);
            var folder = parsed.GetValue(run) ?? Path.Combine("runs", config.Name);
            var target = parsed.GetValue(page) ?? Path.Combine("docs/results", $"{config.Name}.md");
            var attempts = Path.ChangeExtension(target, ".json");
            var known = File.Exists(attempts) ? StudyResult.ReadAll(attempts) : [];
            var (results, complete) = StudyRun.Run(file, folder, TorchDevice.Parse(parsed.GetRequiredValue(device)), Console.WriteLine, stop, known);
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(target))!);
            StudyResult.WriteAll(attempts, results);
            var shared = File.ReadAllText(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file))!, config.Base));
            File.WriteAllText(target, StudyPage.Write(config, file, shared, results, complete));
            Console.WriteLine($"{(complete ? "complete" : "not finished; the same command goes on")}: {target}");
            return complete ? 0 : 1;
        }, CancellationToken.None));
        return command;
    }
}
