using System.Collections.Immutable;
using System.Globalization;
using DepthVla.Robot.Data.Episodes;
using DepthVla.Robot.Data.Layout;
using DepthVla.Robot.Data.Reading;
using DepthVla.Robot.Data.Writing;

namespace DepthVla.Robot.Data.Merging;

/// <summary>A dataset that several processes write at once: each its own part, a dataset by itself; merged when all are done.</summary>
public static class DatasetParts
{
    private const string Parts = "parts";
    private const string Unfinished = "merging";

    /// <summary>Where the process of number <paramref name="part"/>, from 0, opens its <see cref="DatasetWriter"/>.</summary>
    public static string Folder(string dataset, int part)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentOutOfRangeException.ThrowIfNegative(part);
        return Path.Combine(dataset, Parts, string.Create(CultureInfo.InvariantCulture, $"part-{part:D3}"));
    }

    /// <summary>Makes one dataset in <paramref name="dataset"/> of its parts, which are gone then. May be run again if it was killed.</summary>
    /// <remarks>Episodes are numbered anew: those of the first part, then those of the second, each in its own order.</remarks>
    /// <exception cref="DatasetException">There are no parts, one is still being written or unlike the others, or there is a dataset already.</exception>
    /// <exception cref="IOException">The disk is full or gone.</exception>
    public static MergeResult Merge(string dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        dataset = Path.GetFullPath(dataset);
        var parts = Path.Combine(dataset, Parts);
        string[] folders = Directory.Exists(parts) ? [.. Directory.GetDirectories(parts).Order(StringComparer.Ordinal)] : [];
        if (folders.Length == 0)
            throw new DatasetException(dataset, $"a folder with {Parts}/part-000 and so on", "none", "check the path, or write the parts first");
        if (Directory.Exists(Path.Combine(dataset, "meta")))
        {
            const string Remedy = $"merge into a new folder, or remove '{Parts}' if they were merged before";
            throw new DatasetException(dataset, "parts and no dataset yet", "a folder 'meta'", Remedy);
        }

        var unfinished = Path.Combine(dataset, Unfinished);
        foreach (var rest in (string[])[unfinished, Path.Combine(dataset, "data")]) if (Directory.Exists(rest)) Directory.Delete(rest, recursive: true);
        var result = Merge(folders, unfinished);

        // Once "meta" is there, it is a dataset.
        foreach (var moved in (string[])["data", "meta"])
            if (Directory.Exists(Path.Combine(unfinished, moved))) Directory.Move(Path.Combine(unfinished, moved), Path.Combine(dataset, moved));
        Directory.Delete(unfinished, recursive: true);
        Directory.Delete(parts, recursive: true);
        return result;
    }

    private static MergeResult Merge(string[] folders, string target)
    {
        var problems = ImmutableArray.CreateBuilder<PartProblem>();
        DatasetWriter? writer = null;
        try
        {
            foreach (var folder in folders)
            {
                using var part = LeRobotDataset.Open(folder);
                using var nobodyWrites = WriterLock.Take(folder);
                writer ??= DatasetWriter.Open(target, Spec(part.Info));
                if (!SameColumns(Spec(part.Info), writer.Spec))
                    throw new DatasetException(folder, $"the rate and features of {folders[0]}", "others", "merge parts of one kind");
                var name = Path.GetFileName(folder);
                var sound = part.ReadEpisodes(
                    part.Episodes.Select(entry => entry.Index), problem => problems.Add(new(name, problem)), new() { DecodePictures = false });
                foreach (var episode in sound) writer.Append(episode.Instruction, episode.Frames);
            }
            return new(writer!.Count, writer.Frames, problems.ToImmutable());
        }
        finally
        {
            writer?.Dispose();
        }
    }

    private static DatasetSpec Spec(DatasetInfo info) => new()
    {
        Fps = info.Fps, RobotType = info.RobotType, Features = [.. info.Features.Where(f => !Bookkeeping.IsKey(f.Key))],
    };

    private static bool SameColumns(DatasetSpec one, DatasetSpec other) => one.Fps == other.Fps && one.Features.SequenceEqual(other.Features);
}

/// <summary>What became of parts. Immutable.</summary>
/// <param name="Episodes">Episodes in the dataset.</param>
/// <param name="Frames">Frames in it.</param>
/// <param name="Skipped">Episodes that could not be used and are not in it.</param>
public sealed record MergeResult(int Episodes, long Frames, ImmutableArray<PartProblem> Skipped);

/// <summary>An episode that was left out.</summary>
/// <param name="Part">Such as "part-003".</param>
/// <param name="Problem">Which and why, by the part's own numbers.</param>
public sealed record PartProblem(string Part, EpisodeProblem Problem)
{
    /// <summary>Such as "part-003, episode 7 (data/…): frame 3: action[2] is NaN".</summary>
    public override string ToString() => $"{Part}, {Problem}";
}
