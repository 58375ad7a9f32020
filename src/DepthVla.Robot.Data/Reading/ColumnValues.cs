using System.Collections;

namespace DepthVla.Robot.Data.Reading;

/// <summary>What DuckDB makes of a column of numbers, whatever their type and nesting, to floats, row-major.</summary>
internal static class ColumnValues
{
    /// <exception cref="InvalidCastException">There is no number.</exception>
    public static float[] Floats(object value)
    {
        if (value is List<float> floats) return [.. floats];
        if (value is not IEnumerable) return [Number(value)];
        var flat = new List<float>();
        Add(value, flat);
        return [.. flat];
    }

    private static void Add(object? value, List<float> flat)
    {
        if (value is List<float> floats) flat.AddRange(floats);
        else if (value is IEnumerable list and not string) foreach (var item in list) Add(item, flat);
        else flat.Add(Number(value));
    }

    private static float Number(object? value) => value switch
    {
        float number => number,
        double number => (float)number,
        bool set => set ? 1 : 0,
        sbyte or byte or short or ushort or int or uint or long or ulong => Convert.ToSingle(value, null),
        _ => throw new InvalidCastException(value is null or DBNull ? "a number is missing" : $"{value.GetType().Name} is no number"),
    };
}
