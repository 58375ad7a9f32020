using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace DepthVla.Robot.Integration.Tests.Programs;

/// <summary>A process, what it printed so far, and signals to it. Dies with the test.</summary>
internal class RunningProgram : IAsyncDisposable
{
    /// <summary>No claim about speed: what has not happened by then never will.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly SemaphoreSlim _news = new(0);

    public RunningProgram(string file, params string[] arguments) : this(file, arguments, new Dictionary<string, string>()) { }

    /// <param name="file">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">What it finds in its environment, beside ours.</param>
    public RunningProgram(string file, string[] arguments, IReadOnlyDictionary<string, string> environment)
    {
        _process = new Process { StartInfo = new(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true } };
        foreach (var (name, value) in environment) _process.StartInfo.Environment[name] = value;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Runs a program to its end. Its exit code, and both outputs.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(string file, params string[] arguments)
    {
        await using var program = new RunningProgram(file, arguments);
        return (await program.ExitAsync(), program.Output);
    }

    /// <summary>Whether a program is on the path.</summary>
    public static bool IsInstalled(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, name)));

    public int Id => _process.Id;

    /// <summary>Both outputs, as far as they came.</summary>
    public string Output => string.Join('\n', _lines);

    /// <summary>The <paramref name="count"/>th line that matches, as soon as it is there.</summary>
    public async Task<Match> LineAsync(string pattern, int count = 1, TimeSpan? patience = null)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(patience ?? Patience);
        while (true)
        {
            var found = _lines.Select(line => Regex.Match(line, pattern)).Where(match => match.Success).ElementAtOrDefault(count - 1);
            if (found is not null) return found;
            try { await _news.WaitAsync(limit.Token); }
            catch (OperationCanceledException) { throw new TimeoutException($"no line {count} like '{pattern}' in:\n{Output}"); }
        }
    }

    /// <summary>Sends a signal by name: KILL, TERM, STOP, CONT.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{Id}"]);
        kill.WaitForExit();
    }

    /// <summary>Waits for its end. Its exit code.</summary>
    public async Task<int> ExitAsync(TimeSpan? patience = null)
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(patience ?? Patience, TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _news.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        _lines.Enqueue(line);
        _news.Release();
    }
}
