using System.Collections.Immutable;
using DepthVla.Robot.Imaging;

namespace DepthVla.Robot.Data.Layout;

/// <summary>One column of a dataset, as meta/info.json describes it. Immutable.</summary>
public sealed record Feature
{
    /// <summary>The key of proprioception.</summary>
    public const string StateKey = "observation.state";

    /// <summary>The key of what was commanded.</summary>
    public const string ActionKey = "action";

    private const string PicturePrefix = "observation.images.";
    private const string DepthPrefix = "observation.depth.";
    private const string LabelPrefix = "labels.";

    /// <summary>The column's name, such as "observation.images.primary".</summary>
    public required string Key { get; init; }

    /// <summary>"image", "video", "string" or a number's type such as "float32".</summary>
    public required string DType { get; init; }

    /// <summary>Of one frame's value; a picture's is [height, width, channels].</summary>
    public required ImmutableArray<int> Shape { get; init; }

    /// <summary>What the dimensions are called, such as joints; empty where nobody says.</summary>
    public ImmutableArray<string> Names { get; init; } = [];

    /// <summary>True where a picture's samples are mm rather than light.</summary>
    public bool IsDepth { get; init; }

    /// <summary>True for pictures within the Parquet file, depth among them.</summary>
    public bool IsImage => DType == "image";

    /// <summary>True for pictures in a video file beside it.</summary>
    public bool IsVideo => DType == "video";

    /// <summary>True for numbers.</summary>
    public bool IsNumber => DType.StartsWith("float", StringComparison.Ordinal) || DType.Contains("int", StringComparison.Ordinal) || DType == "bool";

    /// <summary>How many numbers a frame has.</summary>
    public int Count => Shape.Aggregate(1, (product, side) => checked(product * side));

    /// <summary>The camera or label that the key names: "primary" of "observation.depth.primary", "keypoints" of "labels.keypoints".</summary>
    public string Name => ((string[])[PicturePrefix, DepthPrefix, LabelPrefix, "observation."])
        .FirstOrDefault(prefix => Key.StartsWith(prefix, StringComparison.Ordinal) && Key.Length > prefix.Length) is { } known ? Key[known.Length..] : Key;

    /// <summary>px, of a picture; the names tell which side is which, and where they do not, the channels do.</summary>
    public ImageSize PictureSize
    {
        get
        {
            if (Shape.Length != 3) return default;
            var (height, width) = (Names.IndexOf("height"), Names.IndexOf("width"));
            if (height >= 0 && width >= 0 && Math.Max(height, width) < 3) return new(Shape[width], Shape[height]);
            return Shape[0] is 1 or 3 ? new(Shape[2], Shape[1]) : new(Shape[1], Shape[0]);
        }
    }

    /// <summary>A camera's pictures, kept as JPEG or PNG.</summary>
    public static Feature Picture(string camera, ImageSize size) => new()
    {
        Key = PicturePrefix + camera, DType = "image", Shape = [size.Height, size.Width, 3], Names = ["height", "width", "channels"],
    };

    /// <summary>A camera's depth, kept as 16-bit grey PNG, mm.</summary>
    public static Feature Depth(string camera, ImageSize size) => new()
    {
        Key = DepthPrefix + camera, DType = "image", Shape = [size.Height, size.Width, 1], Names = ["height", "width", "channels"], IsDepth = true,
    };

    /// <summary>Proprioception, one number for each of <paramref name="names"/>, rad or m.</summary>
    public static Feature State(params ImmutableArray<string> names) => Vector(StateKey, names);

    /// <summary>What is commanded, one number for each of <paramref name="names"/>.</summary>
    public static Feature Action(params ImmutableArray<string> names) => Vector(ActionKey, names);

    /// <summary>Numbers of any shape for training.</summary>
    /// <param name="name">Without "labels.".</param>
    /// <param name="shape">At least one side.</param>
    /// <param name="names">What the numbers are called; empty for nothing.</param>
    public static Feature Label(string name, ImmutableArray<int> shape, params ImmutableArray<string> names) => new()
    {
        Key = LabelPrefix + name, DType = "float32", Shape = shape, Names = names,
    };

    /// <inheritdoc/>
    public bool Equals(Feature? other) => other is not null && Key == other.Key && DType == other.DType && IsDepth == other.IsDepth
        && Shape.SequenceEqual(other.Shape) && Names.SequenceEqual(other.Names);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Key, DType, Count);

    private static Feature Vector(string key, ImmutableArray<string> names) => new() { Key = key, DType = "float32", Shape = [names.Length], Names = names };
}
