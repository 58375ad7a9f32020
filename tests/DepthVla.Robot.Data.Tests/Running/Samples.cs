using System.Collections.Immutable;
using DepthVla.Robot.Data.Episodes;
using DepthVla.Robot.Data.Layout;
using DepthVla.Robot.Data.Writing;
using DepthVla.Robot.Imaging;
using DepthVla.Robot.Imaging.Codecs;

namespace DepthVla.Robot.Data.Tests.Running;

/// <summary>Small datasets of random content.</summary>
internal static class Samples
{
    public static readonly ImageSize Size = new(24, 16);

    public static readonly DatasetSpec Spec = new()
    {
        Fps = 10,
        RobotType = "test arm",
        Features =
        [
            Feature.Picture("primary", Size), Feature.Picture("wrist", Size), Feature.Depth("primary", Size), Feature.State("shoulder", "elbow", "gripper"),
            Feature.Action("shoulder", "elbow", "gripper"), Feature.Label("success", [1]), Feature.Label("boxes", [2, 4]), Feature.Label("grid", [2, 3, 2]),
        ],
    };

    public static ImmutableArray<EpisodeFrame> Frames(int count, int seed, DatasetSpec? spec = null)
    {
        var random = new Random(seed);
        spec ??= Spec;
        return [.. Enumerable.Range(0, count).Select(i => Frame(i, spec, random))];
    }

    public static byte[] Picture(Random random, ImageSize size, bool jpeg)
    {
        var pixels = new byte[size.Bytes];
        random.NextBytes(pixels);
        var image = new RgbImage(size.Width, size.Height, pixels);
        return jpeg ? JpegCodec.Encode(image) : PngCodec.Encode(image);
    }

    public static byte[] Depth(Random random, ImageSize size) =>
        DepthPng.Encode(new(size, [.. Enumerable.Range(0, size.Width * size.Height).Select(_ => (ushort)random.Next(0, ushort.MaxValue + 1))]));

    /// <summary>Writes a dataset with episodes of the given lengths.</summary>
    public static void Write(string folder, params int[] lengths)
    {
        using var writer = DatasetWriter.Open(folder, Spec);
        foreach (var length in lengths) writer.Append($"task {writer.Count % 2}", Frames(length, seed: 100 + writer.Count));
    }

    private static EpisodeFrame Frame(int index, DatasetSpec spec, Random random)
    {
        ReadOnlyMemory<byte> Image(Feature feature) =>
            feature.IsDepth ? Depth(random, feature.PictureSize) : Picture(random, feature.PictureSize, jpeg: feature.Name == "wrist");
        ImmutableArray<float> Numbers(Feature? feature) => [.. Enumerable.Range(0, feature?.Count ?? 0).Select(_ => random.NextSingle() * 4 - 2)];
        return new EpisodeFrame
        {
            Seconds = index / spec.Fps,
            Pictures = spec.Features.Where(f => f is { IsImage: true, IsDepth: false }).ToImmutableDictionary(f => f.Name, Image),
            Depths = spec.Features.Where(f => f.IsDepth).ToImmutableDictionary(f => f.Name, Image),
            State = Numbers(spec.Features.FirstOrDefault(f => f.Key == Feature.StateKey)),
            Action = Numbers(spec.Features.FirstOrDefault(f => f.Key == Feature.ActionKey)),
            Labels = spec.Features.Where(f => f.Key.StartsWith("labels.", StringComparison.Ordinal)).ToImmutableDictionary(f => f.Name, f => Numbers(f)),
        };
    }
}
