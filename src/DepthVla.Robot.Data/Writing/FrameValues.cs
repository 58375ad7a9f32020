using System.Collections.Immutable;
using DepthVla.Robot.Data.Episodes;
using DepthVla.Robot.Data.Layout;

namespace DepthVla.Robot.Data.Writing;

/// <summary>Where a frame keeps a feature's numbers.</summary>
internal static class FrameValues
{
    /// <summary>Row-major; default where the frame has none.</summary>
    public static ImmutableArray<float> Of(Feature feature, EpisodeFrame frame) => feature.Key switch
    {
        Feature.StateKey => frame.State,
        Feature.ActionKey => frame.Action,
        _ => frame.Labels.GetValueOrDefault(feature.Name),
    };
}
