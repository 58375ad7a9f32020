using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace DepthVla.Robot.Benchmarks.Pacing;

/// <summary>The peer: cyclictest (Debian rt-tests), which sleeps to absolute times and does nothing else.</summary>
internal static class CyclicTest
{
    private const int Highest = 1_000_000;   // µs, as far as it counts

    internal static bool IsInstalled =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "cyclictest")));

    /// <summary>One run of one thread; it leaves the machine's power management as it is, as the daemon does.</summary>
    /// <param name="rateHz">Wake-ups a second.</param>
    /// <param name="wakeUps">How many.</param>
    /// <param name="priority">SCHED_FIFO priority, memory locked; 0 for a normal thread.</param>
    /// <exception cref="InvalidOperationException">It failed; what it said is in the message.</exception>
    internal static WakeUps Run(int rateHz, int wakeUps, int priority)
    {
        var report = Path.GetTempFileName();
        try
        {
            string[] scheduling = priority > 0 ? ["--policy=fifo", $"--priority={priority}", "--mlockall"] : ["--policy=other"];
            string[] arguments = ["--quiet", $"--loops={wakeUps}", $"--interval={1_000_000 / rateHz}", $"--histogram={Highest}", "--histfile=/dev/null", "--default-system", $"--json={report}", .. scheduling];
            using var process = Process.Start(new ProcessStartInfo("cyclictest", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var error = process.StandardError.ReadToEndAsync();
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? Read(File.ReadAllText(report)) : throw new InvalidOperationException($"cyclictest {string.Join(' ', arguments)} failed: {error.GetAwaiter().GetResult()}");
        }
        finally
        {
            File.Delete(report);
        }
    }

    /// <summary>Its JSON report of one thread. What was later than it counts is told as the latest.</summary>
    internal static WakeUps Read(string report)
    {
        using var document = JsonDocument.Parse(report);
        var thread = document.RootElement.GetProperty("thread").GetProperty("0");
        var counts = new SortedDictionary<int, long>();
        foreach (var late in thread.GetProperty("histogram").EnumerateObject()) counts.Add(int.Parse(late.Name, CultureInfo.InvariantCulture), late.Value.GetInt64());
        var beyond = thread.GetProperty("cycles").GetInt64() - counts.Values.Sum();
        if (beyond > 0) counts[thread.GetProperty("max").GetInt32()] = beyond;
        return new(counts);
    }
}
