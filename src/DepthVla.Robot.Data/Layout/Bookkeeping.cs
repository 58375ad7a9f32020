using System.Collections.Immutable;

namespace DepthVla.Robot.Data.Layout;

/// <summary>The columns that say where a frame belongs; every dataset has them.</summary>
internal static class Bookkeeping
{
    public static readonly ImmutableArray<Feature> Features =
    [
        Scalar("timestamp", "float32"), Scalar("frame_index", "int64"), Scalar("episode_index", "int64"), Scalar("index", "int64"),
        Scalar("task_index", "int64"),
    ];

    public static bool IsKey(string key) => Features.Any(f => f.Key == key);

    private static Feature Scalar(string key, string dtype) => new() { Key = key, DType = dtype, Shape = [1] };
}
