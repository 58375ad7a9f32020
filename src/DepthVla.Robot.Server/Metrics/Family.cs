using System.Collections.Concurrent;

namespace DepthVla.Robot.Server.Metrics;

/// <summary>One instrument for each value of one label. Thread-safe; asking for a known value does not allocate.</summary>
/// <remarks>Label values are constants of the program, never what a client sent: each costs memory for good.</remarks>
internal sealed class Family<T>(string label, params ReadOnlySpan<string> known) where T : class, new()
{
    private readonly ConcurrentDictionary<string, T> _members = new(known.ToArray().Select(value => KeyValuePair.Create(value, new T())));

    public string Label { get; } = label;

    public T this[string value] => _members.GetOrAdd(value, static _ => new T());

    public IEnumerable<KeyValuePair<string, T>> Members => _members.OrderBy(m => m.Key, StringComparer.Ordinal);
}
