using System.Diagnostics;

namespace DepthVla.Robot.Learning.Tests.Training;

/// <summary>The program itself, killed, and several of it at once.</summary>
public sealed class TrainingProcessTests
{
    private static string Program => Path.Combine(AppContext.BaseDirectory, "depthvla");

    [Fact]
    public async Task Train_KilledAndStartedAgain_GivesTheSameLossesBitForBit()
    {
        using var small = new SmallTraining(change: c => c["steps"] = 40);
        small.Run("straight");

        using (var first = Start(small, "killed", Program))
        {
            var log = small.InFolder("killed/losses.csv");
            while (!File.Exists(log) || !File.ReadLines(log).Any(line => line.StartsWith("10,", StringComparison.Ordinal))) await Task.Delay(5, TestContext.Current.CancellationToken);
            first.Kill();                                                                        // SIGKILL
            await first.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.DoesNotContain(File.ReadLines(log), line => line.StartsWith("40,", StringComparison.Ordinal));
        }

        using var second = Start(small, "killed", Program);
        await second.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, second.ExitCode);
        Assert.Equal(small.Losses("straight"), small.Losses("killed"));
    }

    [Fact]
    public async Task Train_AsTwoProcesses_FollowsTheLossesOfOne()
    {
        using var small = new SmallTraining();
        small.Run("one");
        using var both = Start(small, "two", "mpirun", "--allow-run-as-root", "--oversubscribe", "-n", "2", Program);
        var error = await both.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await both.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(both.ExitCode == 0, error);

        string[] Training(string run) => [.. small.Losses(run).Where(line => !line.Contains("validation", StringComparison.Ordinal))];
        TrainingRunTests.AssertClose(Training("one"), Training("two"), 2e-4);
    }

    private static Process Start(SmallTraining small, string run, params string[] command)
    {
        var start = new ProcessStartInfo(command[0]) { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments = [.. command[1..], "train", "--config", small.ConfigFile, "--run", small.InFolder(run), "--threads", "1"];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        return process;
    }
}
