using System.Diagnostics;
using System.Text.RegularExpressions;
using System.Threading.Channels;

namespace DepthVla.Robot.Tools.Evaluation;

/// <summary>A program that this one started, and what it says on both outputs. Ends with this.</summary>
internal sealed class ChildProgram : IAsyncDisposable
{
    private const int LinesKept = 30;

    private readonly string _name;
    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly Queue<string> _last = [];
    private int _open = 2;

    /// <exception cref="ProgramFailedException">There is no such program.</exception>
    public ChildProgram(string program, IEnumerable<string> arguments)
    {
        _name = Path.GetFileName(program);
        _process = new Process { StartInfo = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true } };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        try
        {
            _process.Start();
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new ProgramFailedException(program, "cannot be started", e.Message, e);
        }

        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Waits for a line that matches, the next one since the last time.</summary>
    /// <exception cref="ProgramFailedException">It ended without one.</exception>
    public async Task<Match> LineAsync(string pattern, CancellationToken stop)
    {
        await foreach (var line in LinesAsync(stop))
        {
            if (Regex.Match(line, pattern) is { Success: true } match) return match;
        }

        throw new ProgramFailedException(_name, "ended too early", Said());
    }

    /// <summary>What it says from now on, to its end.</summary>
    public IAsyncEnumerable<string> LinesAsync(CancellationToken stop) => _lines.Reader.ReadAllAsync(stop);

    /// <summary>Waits for its end.</summary>
    /// <exception cref="ProgramFailedException">Its exit code is none of the <paramref name="expected"/>.</exception>
    public async Task EndAsync(CancellationToken stop, params int[] expected)
    {
        await _process.WaitForExitAsync(stop);
        if (!expected.Contains(_process.ExitCode)) throw new ProgramFailedException(_name, $"ended with exit code {_process.ExitCode}", Said());
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    // Both outputs end with a null.
    private void Keep(string? line)
    {
        if (line is null)
        {
            if (Interlocked.Decrement(ref _open) == 0) _lines.Writer.TryComplete();
            return;
        }

        lock (_last)
        {
            _last.Enqueue(line);
            if (_last.Count > LinesKept) _last.Dequeue();
        }

        _lines.Writer.TryWrite(line);
    }

    private string Said()
    {
        lock (_last) return string.Join('\n', _last);
    }
}
