using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace DepthVla.Robot.Data.Statistics;

/// <summary>Statistics as LeRobot writes them: {"min": […], "max": […], "mean": […], "std": […], "count": […]}, quantiles behind.</summary>
internal static class StatisticsJson
{
    /// <summary>Numbers of a feature of <paramref name="shape"/>, nested as it is.</summary>
    public static JsonObject Of(FeatureStatistics statistics, ImmutableArray<int> shape)
    {
        var json = new JsonObject
        {
            ["min"] = Nested(statistics.Min, shape),
            ["max"] = Nested(statistics.Max, shape),
            ["mean"] = Nested(statistics.Mean, shape),
            ["std"] = Nested(statistics.Std, shape),
            ["count"] = new JsonArray(statistics.Count),
        };
        if (!statistics.Q01.IsEmpty) (json["q01"], json["q99"]) = (Nested(statistics.Q01, shape), Nested(statistics.Q99, shape));
        return json;
    }

    private static JsonNode Nested(ReadOnlySpan<double> values, ReadOnlySpan<int> shape)
    {
        if (shape.IsEmpty) return values[0];
        var array = new JsonArray();
        var stride = values.Length / shape[0];
        for (var i = 0; i < shape[0]; i++) array.Add(Nested(values.Slice(i * stride, stride), shape[1..]));
        return array;
    }

    private static JsonNode Nested(ImmutableArray<double> values, ImmutableArray<int> shape) => Nested(values.AsSpan(), shape.AsSpan());
}
