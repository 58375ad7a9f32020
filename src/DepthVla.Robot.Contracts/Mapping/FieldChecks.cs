using System.Collections.Immutable;
using System.Globalization;
using DepthVla.Robot.Contracts.Errors;

namespace DepthVla.Robot.Contracts.Mapping;

/// <summary>Collects every field of one message that cannot be used. Text is made only for those.</summary>
internal sealed class FieldChecks(string subject)
{
    private const int MaxViolations = 32;

    private readonly ImmutableArray<FieldViolation>.Builder _violations = ImmutableArray.CreateBuilder<FieldViolation>();
    private string? _list;
    private int _index;

    /// <summary>Names the element that the next checks are about.</summary>
    public void Enter(string list, int index) => (_list, _index) = (list, index);

    /// <summary>The next checks are about the message itself again.</summary>
    public void Leave() => _list = null;

    /// <summary>Records a violation unless the field <paramref name="holds"/>.</summary>
    public bool That<T>(bool holds, string field, string expected, T actual)
    {
        if (!holds) Fail(field, expected, actual);
        return holds;
    }

    /// <summary>A time on the robot's clock.</summary>
    public void Time(string field, long ns) => That(ns is >= 0 and <= WireLimits.MaxTimeNs, field, "0 or more, ns", ns);

    /// <summary>A duration of at least <paramref name="least"/> ns.</summary>
    public void Duration(string field, long ns, long least) =>
        That(ns >= least && ns <= WireLimits.MaxDurationNs, field, $"{least} to {WireLimits.MaxDurationNs}, ns", ns);

    /// <summary>A number that is one.</summary>
    public void Finite(string field, double value) => That(double.IsFinite(value), field, "a finite number", value);

    /// <summary>A short name without control characters.</summary>
    public void Name(string field, string value) =>
        That(!string.IsNullOrWhiteSpace(value) && IsShort(value), field, $"1 to {WireLimits.MaxNameLength} printable characters", value);

    /// <summary>A name, or nothing.</summary>
    public void OptionalName(string field, string value) =>
        That(IsShort(value), field, $"at most {WireLimits.MaxNameLength} printable characters", value);

    /// <summary>The side of a frame, px.</summary>
    public void FrameSide(string field, uint pixels) => That(pixels is >= 1 and <= WireLimits.MaxFrameSide, field, $"1 to {WireLimits.MaxFrameSide}", pixels);

    /// <summary>For the enum value that a mapping does not know.</summary>
    public T Unknown<T>(string field, Enum value) where T : struct, Enum
    {
        Fail(field, $"one of {string.Join(", ", Enum.GetNames<T>())}", value);
        return default;
    }

    /// <exception cref="MalformedMessageException">Some check did not hold.</exception>
    public void ThrowIfAny()
    {
        if (_violations.Count > 0) throw new MalformedMessageException(subject, _violations.ToImmutable());
    }

    private static bool IsShort(string value) => value.Length <= WireLimits.MaxNameLength && !value.Any(char.IsControl);

    private void Fail<T>(string field, string expected, T actual)
    {
        if (_violations.Count == MaxViolations) return;
        var path = _list is null ? field : $"{_list}[{_index}].{field}";
        var came = Convert.ToString(actual, CultureInfo.InvariantCulture) ?? "";
        _violations.Add(new(path, $"expected {expected}, got {(came.Length == 0 ? "nothing" : MessageText.Shorten(came))}"));
    }
}
