using System.Collections.Concurrent;

namespace DepthVla.Robot.Metrics;

/// <summary>One instrument for each value of one label. Thread-safe; asking for a known value does not allocate.</summary>
/// <remarks>Label values are constants of the program or its operator's names, never what a client sent: each costs memory for good.</remarks>
/// <param name="label">The label's name.</param>
/// <param name="known">Values that are listed from the start.</param>
public sealed class Family<T>(string label, params ReadOnlySpan<string> known) where T : class, new()
{
    private readonly ConcurrentDictionary<string, T> _members = new(known.ToArray().Select(value => KeyValuePair.Create(value, new T())));

    /// <summary>The label's name.</summary>
    public string Label { get; } = label;

    /// <summary>The instrument of a value; made when it is asked for first.</summary>
    public T this[string value] => _members.GetOrAdd(value, static _ => new T());

    /// <summary>All, in the order of their values.</summary>
    public IEnumerable<KeyValuePair<string, T>> Members => _members.OrderBy(m => m.Key, StringComparer.Ordinal);
}
