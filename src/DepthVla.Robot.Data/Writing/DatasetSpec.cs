using System.Collections.Immutable;
using DepthVla.Robot.Data.Layout;

namespace DepthVla.Robot.Data.Writing;

/// <summary>What a dataset that is to be written holds. Immutable.</summary>
public sealed record DatasetSpec
{
    /// <summary>Frames a second.</summary>
    public required double Fps { get; init; }

    /// <summary>Such as "widowx250s"; null to say nothing.</summary>
    public string? RobotType { get; init; }

    /// <summary>
    /// The columns, by <see cref="Feature.Picture"/>, <see cref="Feature.Depth"/>, <see cref="Feature.State"/>, <see cref="Feature.Action"/> and
    /// <see cref="Feature.Label"/>; those that say where a frame belongs come by themselves.
    /// </summary>
    public required ImmutableArray<Feature> Features { get; init; }

    /// <exception cref="ArgumentException">Nothing can be written so.</exception>
    internal void Require()
    {
        if (!(Fps > 0 && double.IsFinite(Fps))) throw new ArgumentException($"A dataset needs a positive number of frames a second, not {Fps}.");
        if (Features.IsDefaultOrEmpty) throw new ArgumentException("A dataset needs features.");
        foreach (var feature in Features)
        {
            var isKept = feature.IsImage
                ? feature.Shape.Length == 3 && feature.PictureSize.IsAllowed
                : feature.DType == "float32" && feature.Shape.All(side => side > 0);
            if (!isKept || feature.Shape.IsEmpty || feature.Key.Contains('/', StringComparison.Ordinal))
            {
                var kind = $"{feature.DType} of shape [{string.Join(", ", feature.Shape)}]";
                throw new ArgumentException($"{feature.Key}: {kind} cannot be written; use pictures, depths and float32, and no '/' in names.");
            }
            if (Bookkeeping.IsKey(feature.Key)) throw new ArgumentException($"{feature.Key} comes by itself.");
        }
        if (Features.Select(f => f.Key).Distinct().Count() != Features.Length) throw new ArgumentException("Two features have one name.");
    }
}
