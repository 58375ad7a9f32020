using System.Collections.Immutable;
using DepthVla.Robot.Model.Configuration;

namespace DepthVla.Robot.Model.DepthTeacher;

/// <summary>The sizes of a Depth Anything V2 model, and what its numbers mean.</summary>
public sealed record DepthAnythingConfig
{
    /// <summary>Levels of the head: as many features are taken from the encoder.</summary>
    internal const int Levels = 4;

    /// <summary>The DINOv2 encoder.</summary>
    public required DepthEncoderConfig Encoder { get; init; }

    /// <summary>After which of the encoder's blocks the four features are taken, ascending, from 0.</summary>
    public required ImmutableArray<int> Layers { get; init; }

    /// <summary>Channels of the four maps that are made of them, the finest first.</summary>
    public required ImmutableArray<int> OutChannels { get; init; }

    /// <summary>Channels of the maps while they are fused.</summary>
    public required int Features { get; init; }

    /// <summary>Channels before the last convolution.</summary>
    public int HeadFeatures { get; init; } = 32;

    /// <summary>The farthest depth that a metric model can tell, m. Null for a relative model, which gives inverse depth of unknown scale and shift.</summary>
    public double? MaxDepth { get; init; }

    /// <summary>The length that a picture's shorter side is brought to, px; a multiple of the patch.</summary>
    public int InputSize { get; init; } = 518;

    /// <summary>True when its numbers are metres.</summary>
    public bool IsMetric => MaxDepth is not null;

    /// <summary>One line a problem: key, what was expected, what came.</summary>
    internal IReadOnlyList<string> Problems()
    {
        var found = new List<string>();
        Expect(Encoder is { EmbedDim: > 0, MlpDim: > 0, Depth: > 0, PatchSize: > 0 }, "encoder", "sizes above 0", "one that is not");
        var divides = Encoder.NumHeads > 0 && Encoder.EmbedDim % Encoder.NumHeads == 0;
        Expect(divides, "encoder heads", $"a divisor of the width ({Encoder.EmbedDim})", Encoder.NumHeads);
        var ascending = Layers.Length == Levels && Layers[0] >= 0 && Layers[^1] < Encoder.Depth
            && Layers.Zip(Layers.Skip(1)).All(pair => pair.First < pair.Second);
        Expect(ascending, "layers", $"{Levels} blocks of the encoder's {Encoder.Depth}, ascending, from 0", $"[{string.Join(", ", Layers)}]");
        Expect(OutChannels.Length == Levels && OutChannels.All(c => c > 0), "out channels", $"{Levels} numbers above 0", $"[{string.Join(", ", OutChannels)}]");
        Expect(Features > 1, "features", "more than 1", Features);
        Expect(HeadFeatures > 0, "head features", "more than 0", HeadFeatures);
        Expect(MaxDepth is null or > 0, "max depth", "more than 0 m", MaxDepth ?? 0);
        var whole = InputSize > 0 && Encoder.PatchSize > 0 && InputSize % Encoder.PatchSize == 0;
        Expect(whole, "input size", $"a multiple of the patch ({Encoder.PatchSize})", InputSize);
        return found;

        void Expect(bool holds, string key, string expected, object actual)
        {
            if (!holds) found.Add(FormattableString.Invariant($"config.json: {key}: expected {expected}, got {actual}"));
        }
    }
}
