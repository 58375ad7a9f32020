using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Model.Policies;

namespace DepthVla.Robot.Benchmarks.Shortcuts;

/// <summary>One way of asking a checkpoint.</summary>
internal sealed record Shortcut(string Name, DepthVlaPolicy Policy);

/// <summary>What it said once.</summary>
/// <param name="Chunk">The answer.</param>
/// <param name="ProcessorTime">Of all threads; on a shared machine it says more than the clock.</param>
internal readonly record struct ShortcutAnswer(ActionChunk Chunk, TimeSpan ProcessorTime);

/// <summary>Asks several about each observation, notes what they say, and passes on the first one's answer. For one thread.</summary>
internal sealed class ShortcutPolicy(IReadOnlyList<Shortcut> shortcuts) : IPolicy, IDisposable
{
    private readonly List<ShortcutAnswer>[] _answers = [.. shortcuts.Select(_ => new List<ShortcutAnswer>())];
    private PolicyMemory[] _memories = [];
    private bool _disposed;

    /// <inheritdoc/>
    public PolicyInfo Info => shortcuts[0].Policy.Info;

    internal int Observations => _answers[0].Count;

    /// <inheritdoc/>
    public ValueTask<ActionChunk> InferAsync(Observation observation, CancellationToken cancellationToken)
    {
        if (observation.Sequence == 1) Forget();   // another attempt
        for (var i = 0; i < shortcuts.Count; i++)
        {
            var before = Environment.CpuUsage.TotalTime;
            var answer = shortcuts[i].Policy.InferBatch([observation with { Memory = _memories[i] }], cancellationToken)[0];
            _answers[i].Add(new(answer.Chunk ?? throw answer.Refusal!, Environment.CpuUsage.TotalTime - before));
        }

        return ValueTask.FromResult(_answers[0][^1].Chunk);
    }

    /// <summary>What was measured so far, the first one's row first.</summary>
    internal IEnumerable<ShortcutRow> Rows() => shortcuts.Select((shortcut, i) => ShortcutRow.Of(shortcut.Name, Info, _answers[0], _answers[i]));

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        foreach (var memory in _memories) memory.Dispose();
        foreach (var shortcut in shortcuts) shortcut.Policy.Dispose();
    }

    private void Forget()
    {
        foreach (var memory in _memories) memory.Dispose();
        _memories = [.. shortcuts.Select(_ => new PolicyMemory())];
    }
}
