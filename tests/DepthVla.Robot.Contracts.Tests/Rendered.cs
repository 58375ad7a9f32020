using System.Collections;
using System.Globalization;
using DepthVla.Robot.Core.Policies;

namespace DepthVla.Robot.Contracts.Tests;

/// <summary>Every public property of a value and all it holds, as text: equal texts are equal values, lists and memory included.</summary>
internal static class Rendered
{
    // Protobuf sends no negative zero: + 0.0 takes the sign away.
    public static string Of(object? value) => value switch
    {
        null => "null",
        string text => $"'{text}'",
        double number => (number + 0.0).ToString("R", CultureInfo.InvariantCulture),
        float number => number.ToString("R", CultureInfo.InvariantCulture),
        ReadOnlyMemory<byte> bytes => Convert.ToHexString(bytes.Span),
        ReadOnlyMemory<float> floats => Of(floats.ToArray()),
        StageTimings timings => Of(Enum.GetValues<Stage>().Select(s => timings[s])),
        DepthVla.Robot.Core.Joints.JointVector joints => Of(joints.ToArray()),
        IConvertible plain => plain.ToString(CultureInfo.InvariantCulture),
        IEnumerable list => $"[{string.Join(", ", list.Cast<object?>().Select(Of))}]",
        _ => $"{value.GetType().Name}{{{string.Join(", ", value.GetType().GetProperties()
            .Where(p => p.GetIndexParameters().Length == 0)
            .Select(p => $"{p.Name}={Of(p.GetValue(value))}"))}}}",
    };
}
