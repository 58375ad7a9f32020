using System.Diagnostics;
using DepthVla.Robot.Data.Reading;
using DepthVla.Robot.Data.Tests.Running;
using DepthVla.Robot.Data.Writing;

namespace DepthVla.Robot.Data.Tests.Writing;

/// <summary>A writer that dies at any moment: what was whole stays, what was not is never seen, and the next writer goes on.</summary>
public sealed class KilledWriterFaultTests : IDisposable
{
    private const string Victim = "DEPTHVLA_KILLED_WRITER_FOLDER";

    private readonly ScratchFolder _scratch = new();

    public static TheoryData<string> Stages => ["half a Parquet file", .. Steps];

    private static readonly string[] Steps = ["Parquet", "tasks", "half a line of statistics", "statistics", "episodes", "half of info.json"];


    public void Dispose() => _scratch.Dispose();

    [Theory]
    [MemberData(nameof(Stages))]
    public void Open_WriterDiedAfter_SeesWholeEpisodesAlone(string stage)
    {
        Samples.Write(_scratch["before"], 3, 2);
        Samples.Write(_scratch["after"], 3, 2, 4);
        var folder = _scratch["before"];
        DieAfter(stage, folder, _scratch["after"]);

        var whole = stage is "episodes" or "half of info.json" ? 3 : 2;
        RequireSound(folder, whole);
        Samples.Write(folder, 5);
        RequireSound(folder, whole + 1);
        using var dataset = LeRobotDataset.Open(folder);
        Assert.Empty(dataset.Notes);
        Assert.Equal(whole + 1, File.ReadAllLines(Path.Combine(folder, "meta/episodes_stats.jsonl")).Length);
        Assert.DoesNotContain(Directory.GetFiles(folder, "*", SearchOption.AllDirectories), file => file.EndsWith(".partial", StringComparison.Ordinal));
    }

    [Fact]
    public void Open_LastLineCutAnywhere_SeesWholeEpisodesAlone()
    {
        Samples.Write(_scratch.Path, 3, 2);
        var file = _scratch["meta/episodes.jsonl"];
        var text = File.ReadAllText(file);
        var first = text.IndexOf('\n', StringComparison.Ordinal) + 1;
        for (var length = first; length < text.Length; length++)
        {
            File.WriteAllText(file, text[..length]);
            RequireSound(_scratch.Path, 1);
        }
    }

    [Fact]
    public async Task Open_ProcessKilledWhileWriting_SeesWholeEpisodesAlone()
    {
        for (var round = 1; round <= 3; round++)
        {
            using var victim = StartVictim();
            var before = Lines();
            while (Lines() < before + 5 * round && !victim.HasExited) await Task.Delay(1, TestContext.Current.CancellationToken);
            Assert.False(victim.HasExited, "the victim ended by itself");
            victim.Kill();
            await victim.WaitForExitAsync(TestContext.Current.CancellationToken);

            using var dataset = LeRobotDataset.Open(_scratch.Path);
            Assert.Empty(dataset.Verify());
            Assert.InRange(dataset.Episodes.Length, before + 5 * round, int.MaxValue);
        }
        Samples.Write(_scratch.Path, 2);
        using var after = LeRobotDataset.Open(_scratch.Path);
        Assert.Empty(after.Verify());
        Assert.Equal(Enumerable.Range(0, after.Episodes.Length), after.Episodes.Select(entry => entry.Index));
    }

    /// <summary>Not a test: what the process above runs until it is killed.</summary>
    [Fact(Explicit = true)]
    public void Victim_WritesForever()
    {
        if (Environment.GetEnvironmentVariable(Victim) is not { } folder) return;
        using var writer = DatasetWriter.Open(folder, Samples.Spec);
        for (var seed = 0; ; seed++) writer.Append($"task {seed % 3}", Samples.Frames(1 + seed % 4, seed));
    }

    private static void DieAfter(string stage, string folder, string after)
    {
        const string Parquet = "data/chunk-000/episode_000002.parquet";
        void Take(string file) => File.Copy(Path.Combine(after, file), Path.Combine(folder, file), overwrite: true);
        void Half(string from, string to)
        {
            var old = File.Exists(Path.Combine(folder, to)) ? File.ReadAllBytes(Path.Combine(folder, to)).Length : 0;
            var bytes = File.ReadAllBytes(Path.Combine(after, from));
            File.WriteAllBytes(Path.Combine(folder, to), bytes[..(old + (bytes.Length - old) / 2)]);
        }

        if (stage == "half a Parquet file")
        {
            Half(Parquet, Parquet + ".partial");
            return;
        }
        foreach (var step in Steps[..(Array.IndexOf(Steps, stage) + 1)])
        {
            if (step == "Parquet") Take(Parquet);
            else if (step == "tasks") File.AppendAllText(Path.Combine(folder, "meta/tasks.jsonl"), "{\"task_index\":2,\"task\":\"never seen\"}\n");
            else if (step == "half a line of statistics") Half("meta/episodes_stats.jsonl", "meta/episodes_stats.jsonl");
            else if (step == "half of info.json") Half("meta/info.json", "meta/info.json.partial");
            else Take(step == "statistics" ? "meta/episodes_stats.jsonl" : "meta/episodes.jsonl");
        }
    }

    private static void RequireSound(string folder, int episodes)
    {
        using var dataset = LeRobotDataset.Open(folder);
        Assert.Equal(episodes, dataset.Episodes.Length);
        Assert.Empty(dataset.Verify());
    }

    private Process StartVictim()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["-explicit", "on", "-method", $"*.{nameof(Victim_WritesForever)}"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, Environment = { [Victim] = _scratch.Path },
        };
        return Process.Start(start)!;
    }

    private int Lines() => File.Exists(_scratch["meta/episodes.jsonl"]) ? File.ReadAllText(_scratch["meta/episodes.jsonl"]).Count(c => c == '\n') : 0;
}
