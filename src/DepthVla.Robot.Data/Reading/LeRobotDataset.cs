using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using DepthVla.Robot.Data.Episodes;
using DepthVla.Robot.Data.Layout;

namespace DepthVla.Robot.Data.Reading;

/// <summary>A dataset in LeRobot's layout v2.x or v3.x, for reading. Thread-safe.</summary>
public sealed class LeRobotDataset : IDisposable
{
    private readonly ImmutableDictionary<int, EpisodeEntry> _byIndex;
    private readonly ConcurrentBag<EpisodeReader> _idle = [];
    private readonly ConcurrentDictionary<int, bool> _decoded = [];

    private LeRobotDataset(string folder, DatasetInfo info)
    {
        (Folder, Info) = (folder, info);
        Tasks = MetaFiles.Tasks(folder, info);
        Episodes = MetaFiles.Episodes(folder, info);
        _byIndex = Episodes.ToImmutableDictionary(entry => entry.Index);
        Notes = [.. info.NotRead.Select(f => $"{f.Key} is not read: {(f.IsVideo ? "depth in a video" : f.DType)}")];
        if (info.TotalEpisodes != Episodes.Length) Notes = Notes.Add($"{InfoFile.Name} counts {info.TotalEpisodes} episodes, but there are {Episodes.Length}");
    }

    /// <summary>Its folder.</summary>
    public string Folder { get; }

    /// <summary>Rate, columns, cameras.</summary>
    public DatasetInfo Info { get; }

    /// <summary>Its episodes in the order of their numbers, as its meta data list them.</summary>
    public ImmutableArray<EpisodeEntry> Episodes { get; }

    /// <summary>Instructions by number.</summary>
    public ImmutableDictionary<int, string> Tasks { get; }

    /// <summary>What is not as it should be and yet no reason to stop, such as columns that are not read.</summary>
    public ImmutableArray<string> Notes { get; }

    /// <summary>Reads the meta data of the dataset in <paramref name="folder"/>.</summary>
    /// <exception cref="DatasetException">It is no dataset, or its meta data are broken.</exception>
    public static LeRobotDataset Open(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        folder = Path.GetFullPath(folder);
        return new LeRobotDataset(folder, InfoFile.Read(folder));
    }

    /// <summary>The episode of number <paramref name="index"/>, checked.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none.</exception>
    /// <exception cref="CorruptEpisodeException">It is corrupt or contradicts itself.</exception>
    /// <exception cref="FileNotFoundException">It has videos, and ffmpeg is not installed.</exception>
    public Episode ReadEpisode(int index, ReadOptions? options = null)
    {
        if (!_byIndex.TryGetValue(index, out var entry))
            throw new ArgumentOutOfRangeException(nameof(index), index, $"There is no such episode among the {Episodes.Length} of {Folder}.");
        if (!_idle.TryTake(out var reader)) reader = new EpisodeReader(Folder, Info, Tasks);
        try
        {
            options ??= ReadOptions.Default;
            var decode = options is { WithPictures: true, DecodePictures: true } && !_decoded.ContainsKey(index);
            var episode = reader.Read(entry, options, decode);
            if (decode) _decoded[index] = true;
            return episode;
        }
        finally
        {
            _idle.Add(reader);
        }
    }

    /// <summary>Episodes one by one, in the order asked for; one is in memory at a time, pictures encoded.</summary>
    /// <param name="indices">Numbers of episodes; any may come again.</param>
    /// <param name="skipped">Is told of each episode that cannot be used and is left out.</param>
    /// <param name="options">Null for <see cref="ReadOptions.Default"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such episode.</exception>
    /// <exception cref="FileNotFoundException">There are videos, and ffmpeg is not installed.</exception>
    public IEnumerable<Episode> ReadEpisodes(IEnumerable<int> indices, Action<EpisodeProblem> skipped, ReadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(indices);
        ArgumentNullException.ThrowIfNull(skipped);
        return Read();

        IEnumerable<Episode> Read()
        {
            foreach (var index in indices)
            {
                Episode? episode = null;
                try
                {
                    episode = ReadEpisode(index, options);
                }
                catch (CorruptEpisodeException e)
                {
                    skipped(e.Problem);
                }
                if (episode is not null) yield return episode;
            }
        }
    }

    /// <summary>Reads everything there is and decodes every picture, several episodes at a time.</summary>
    /// <returns>What is wrong, by episode; empty for a sound dataset.</returns>
    /// <exception cref="FileNotFoundException">There are videos, and ffmpeg is not installed.</exception>
    public ImmutableArray<EpisodeProblem> Verify()
    {
        var found = Episodes.AsParallel().Select(entry =>
        {
            try
            {
                ReadEpisode(entry.Index);
                return null;
            }
            catch (CorruptEpisodeException e)
            {
                return e.Problem;
            }
        });
        try
        {
            return [.. found.OfType<EpisodeProblem>().OrderBy(problem => problem.Episode)];
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
            throw;
        }
    }

    /// <summary>Frees what reading needs. Episodes that were read stay.</summary>
    public void Dispose()
    {
        while (_idle.TryTake(out var reader)) reader.Dispose();
    }
}
