using System.Collections.Immutable;
using DepthVla.Robot.Data.Layout;

namespace DepthVla.Robot.Learning.Labelling;

/// <summary>The columns of a dataset that is written with depth labels.</summary>
internal static class LabelledFeatures
{
    /// <summary>Cameras whose pictures come without depth that is read, in the dataset's order.</summary>
    internal static ImmutableArray<Feature> Cameras(DatasetInfo info)
    {
        var known = info.Depths.Select(d => d.Name).ToHashSet();
        return [.. info.Cameras.Where(camera => !known.Contains(camera.Name))];
    }

    /// <summary>What is read of the source, as it is written (videos become pictures, numbers float32), and a depth for each camera without.</summary>
    internal static ImmutableArray<Feature> Of(DatasetInfo info)
    {
        Feature?[] numbers = [info.State, info.Action, .. info.Labels];
        return
        [
            .. info.Cameras.Select(camera => camera with { DType = "image" }), .. info.Depths,
            .. Cameras(info).Select(camera => Feature.Depth(camera.Name, camera.PictureSize)),
            .. numbers.OfType<Feature>().Select(number => number with { DType = "float32" }),
        ];
    }
}
