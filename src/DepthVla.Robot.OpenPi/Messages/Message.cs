namespace DepthVla.Robot.OpenPi.Messages;

/// <summary>A message that was read: a value a key. A key within a dictionary within the message is written with a dot, such as <c>images.cam_high</c>. Immutable.</summary>
/// <remarks>A value is a string, bool, long, ulong, double, <see cref="NdArray"/>, bytes or a list; null is one too.</remarks>
public sealed class Message
{
    private const int MaxKeysShown = 20;

    private readonly IReadOnlyDictionary<string, object?> _values;

    internal Message(IReadOnlyDictionary<string, object?> values) => _values = values;

    /// <summary>Every key, with the value's type, for people.</summary>
    public string Keys => _values.Count == 0 ? "none"
        : string.Join(", ", _values.Keys.Take(MaxKeysShown)) + (_values.Count > MaxKeysShown ? $" and {_values.Count - MaxKeysShown} more" : "");

    /// <summary>Whether there is a value, be it null.</summary>
    public bool Has(string key) => _values.ContainsKey(key);

    /// <summary>The text under a key; UTF-8 bytes are text too.</summary>
    /// <exception cref="InvalidMessageException">There is none.</exception>
    public string Text(string key) => Value(key, "a text") switch
    {
        string text => text,
        ReadOnlyMemory<byte> bytes => System.Text.Encoding.UTF8.GetString(bytes.Span),
        var other => throw Wrong(key, "a text", other),
    };

    /// <summary>The whole number under a key.</summary>
    /// <exception cref="InvalidMessageException">There is none from 0 on.</exception>
    public ulong Number(string key) => Value(key, "a whole number") switch
    {
        long and < 0 => throw new InvalidMessageException(key, "expected a whole number from 0 on, got one below"),
        long number => (ulong)number,
        ulong number => number,
        var other => throw Wrong(key, "a whole number", other),
    };

    /// <summary>The array under a key; a number or a list of numbers is one too.</summary>
    /// <exception cref="InvalidMessageException">There is none.</exception>
    public NdArray Array(string key) => Value(key, "an array") switch
    {
        NdArray array => array,
        long number => NdArray.Of([(double)number]) with { Shape = [] },
        double number => NdArray.Of([number]) with { Shape = [] },
        List<object?> list when list.All(item => item is long or double) => NdArray.Of([.. list.Select(item => item is long whole ? whole : (double)item!)]),
        var other => throw Wrong(key, "an array of numbers", other),
    };

    private object? Value(string key, string expected) =>
        _values.TryGetValue(key, out var value) ? value : throw new InvalidMessageException(key, $"expected {expected} under this key; the keys that came: {Keys}");

    private static InvalidMessageException Wrong(string key, string expected, object? got) => new(key, $"expected {expected}, got {Name(got)}");

    private static string Name(object? value) => value switch
    {
        null => "nothing (None)",
        NdArray array => $"an array, {array.Description}",
        string => "a text",
        ReadOnlyMemory<byte> => "bytes",
        List<object?> => "a list",
        _ => "a number",
    };
}
