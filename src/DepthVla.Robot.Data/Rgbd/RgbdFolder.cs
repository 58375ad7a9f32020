using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using DepthVla.Robot.Data.Layout;
using DepthVla.Robot.Imaging;
using DepthVla.Robot.Imaging.Codecs;

namespace DepthVla.Robot.Data.Rgbd;

/// <summary>A folder with pictures in "rgb", "color" or "image" and depth in "depth", as WildRGB-D and ScanNet have them. Thread-safe.</summary>
public sealed partial class RgbdFolder
{
    private static readonly string[] PictureFolders = ["rgb", "color", "image", "images"];
    private static readonly string[] PictureEndings = [".png", ".jpg", ".jpeg"];

    // ScanNet's two cameras differ by 0.4 %.
    private const double MostAspectOff = 0.05;

    private readonly double _unitsAMetre;

    private RgbdFolder(string folder, ImmutableArray<RgbdPair> pairs, ImmutableArray<RgbdProblem> problems, double unitsAMetre) =>
        (Folder, Pairs, Problems, _unitsAMetre) = (folder, pairs, problems, unitsAMetre);

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>What belongs together, by number.</summary>
    public ImmutableArray<RgbdPair> Pairs { get; }

    /// <summary>Files that belong to nothing.</summary>
    public ImmutableArray<RgbdProblem> Problems { get; }

    /// <summary>Looks which files there are; reads none.</summary>
    /// <param name="folder">With a folder of pictures and one named "depth".</param>
    /// <param name="unitsAMetre">What a metre is in the depth files.</param>
    /// <exception cref="DatasetException">There are no such folders.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A metre is not a positive number of units.</exception>
    public static RgbdFolder Open(string folder, double unitsAMetre = 1000)
    {
        ArgumentNullException.ThrowIfNull(folder);
        if (!(unitsAMetre > 0 && double.IsFinite(unitsAMetre)))
            throw new ArgumentOutOfRangeException(nameof(unitsAMetre), unitsAMetre, "A metre has a positive number of units.");
        folder = Path.GetFullPath(folder);
        const string Expected = "a folder with pictures in 'rgb' or 'color' and 16-bit PNGs in 'depth'";
        if (!Directory.Exists(folder))
            throw new DatasetException(folder, Expected, File.Exists(folder) ? "a file" : "nothing: it does not exist", "check the path");
        if (PictureFolders.FirstOrDefault(name => Directory.Exists(Path.Combine(folder, name))) is not { } pictureFolder)
            throw new DatasetException(folder, Expected, "no folder of pictures", $"name it one of {string.Join(", ", PictureFolders)}");
        if (!Directory.Exists(Path.Combine(folder, "depth"))) throw new DatasetException(folder, Expected, "no folder 'depth'", "name it so");

        var problems = ImmutableArray.CreateBuilder<RgbdProblem>();
        var pictures = Numbered(folder, pictureFolder, PictureEndings, problems);
        var depths = Numbered(folder, "depth", [".png"], problems);
        problems.AddRange(pictures.Where(p => !depths.ContainsKey(p.Key)).Select(p => new RgbdProblem(p.Value, $"there is no depth of number {p.Key}")));
        problems.AddRange(depths.Where(d => !pictures.ContainsKey(d.Key)).Select(d => new RgbdProblem(d.Value, $"there is no picture of number {d.Key}")));
        var pairs = pictures.Keys.Where(depths.ContainsKey).Select(number => new RgbdPair(number, pictures[number], depths[number]));
        return new(folder, [.. pairs], problems.ToImmutable(), unitsAMetre);
    }

    /// <summary>True for a folder that has a folder of pictures and one of depth.</summary>
    internal static bool IsOne(string folder) =>
        PictureFolders.Any(name => Directory.Exists(Path.Combine(folder, name))) && Directory.Exists(Path.Combine(folder, "depth"));

    /// <summary>One pair, decoded; the depth nearest to each of the picture's pixels.</summary>
    /// <exception cref="BrokenFileException">A file is missing or broken, or the two are not of one shape.</exception>
    public RgbdFrame Read(RgbdPair pair)
    {
        ArgumentNullException.ThrowIfNull(pair);
        var picture = Read(pair.Picture, bytes => EncodedPicture.Decode(bytes));
        var depth = Read(pair.Depth, bytes => DepthPng.Decode(bytes));
        if (Math.Abs(Aspect(depth.Size) / Aspect(picture.Size) - 1) > MostAspectOff)
            throw new BrokenFileException(new(pair.Depth, $"it is {depth.Size}, the picture {picture.Size}: they do not show the same"));
        return new(pair.Number, picture, InMillimetres(depth).Nearest(picture.Size));
    }

    /// <summary>All pairs in the order of their numbers; one is in memory at a time.</summary>
    /// <param name="skipped">Is told of each file that is left out: first of those that belong to nothing, then of broken ones.</param>
    public IEnumerable<RgbdFrame> ReadAll(Action<RgbdProblem> skipped)
    {
        ArgumentNullException.ThrowIfNull(skipped);
        return All();

        IEnumerable<RgbdFrame> All()
        {
            foreach (var problem in Problems) skipped(problem);
            foreach (var pair in Pairs)
            {
                RgbdFrame? frame = null;
                try
                {
                    frame = Read(pair);
                }
                catch (BrokenFileException e)
                {
                    skipped(e.Problem);
                }
                if (frame is not null) yield return frame;
            }
        }
    }

    private static double Aspect(ImageSize size) => (double)size.Width / size.Height;

    /// <summary>Files by the last number in their names.</summary>
    private static SortedDictionary<int, string> Numbered(string folder, string part, string[] endings, ImmutableArray<RgbdProblem>.Builder problems)
    {
        var files = new SortedDictionary<int, string>();
        foreach (var path in Directory.GetFiles(Path.Combine(folder, part)).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(path);
            var file = $"{part}/{name}";
            var match = Digits().Match(Path.GetFileNameWithoutExtension(name));
            var number = -1;
            var cause = !endings.Contains(Path.GetExtension(name).ToLowerInvariant()) ? $"its name does not end in {string.Join(" or ", endings)}"
                : !int.TryParse(match.Value, NumberStyles.None, CultureInfo.InvariantCulture, out number) ? "its name has no number"
                : !files.TryAdd(number, file) ? $"{files[number]} has number {number} already"
                : null;
            if (cause is not null) problems.Add(new(file, cause));
        }
        return files;
    }

    private T Read<T>(string file, Func<byte[], T> decode)
    {
        try
        {
            return decode(File.ReadAllBytes(Path.Combine(Folder, file)));
        }
        catch (Exception e) when (e is InvalidImageException or IOException or UnauthorizedAccessException)
        {
            throw new BrokenFileException(new(file, e.Message), e);
        }
    }

    private DepthImage InMillimetres(DepthImage depth)
    {
        if (_unitsAMetre == 1000) return depth;
        var metres = new float[depth.Millimetres.Length];
        for (var i = 0; i < metres.Length; i++) metres[i] = (float)(depth.Millimetres[i] / _unitsAMetre);
        return DepthImage.FromMetres(metres, depth.Size);
    }

    [GeneratedRegex(@"\d+(?=\D*$)")]
    private static partial Regex Digits();
}
