using System.Collections.Immutable;
using System.Runtime.InteropServices;
using DepthVla.Robot.Data.Episodes;
using DepthVla.Robot.Data.Layout;
using DepthVla.Robot.Data.Parquet;
using DepthVla.Robot.Data.Video;
using DepthVla.Robot.Imaging.Codecs;
using DuckDB.NET.Data;

namespace DepthVla.Robot.Data.Reading;

/// <summary>Rows of Parquet, and frames of videos, to episodes. Not thread-safe.</summary>
internal sealed class EpisodeReader(string folder, DatasetInfo info, ImmutableDictionary<int, string> tasks) : IDisposable
{
    // A video has lost more than this does.
    private const int JpegQuality = 95;

    private readonly ParquetSession _session = new();

    /// <exception cref="CorruptEpisodeException">The episode cannot be used.</exception>
    public Episode Read(EpisodeEntry entry, ReadOptions options, bool decode)
    {
        var file = entry.File;
        try
        {
            if (!File.Exists(Path.Combine(folder, file))) throw new InvalidDataException("the file does not exist");
            var frames = Frames(entry, options);
            if (frames.Count != entry.Length) throw new InvalidDataException($"it has {frames.Count} frames, but its meta data promise {entry.Length}");
            foreach (var feature in options.WithPictures ? info.Cameras.Where(f => f.IsVideo) : [])
            {
                file = entry.Videos[feature.Key].File;
                AddVideo(frames, feature, entry);
            }
            file = entry.File;
            EpisodeCheck.Require(frames, info, options.WithPictures, decode);
            return new Episode(entry.Index, frames[0].Instruction!, Told(frames));
        }
        catch (DuckDBException e)
        {
            throw Corrupt($"it cannot be read: {e.Message.Split('\n')[0]}", e);
        }
        catch (Exception e) when (e is InvalidDataException or InvalidVideoException or InvalidCastException
            or (IOException and not FileNotFoundException) or UnauthorizedAccessException)
        {
            throw Corrupt(e.Message, e);
        }

        CorruptEpisodeException Corrupt(string cause, Exception e) => new(new(entry.Index, file, cause), e);
    }

    public void Dispose() => _session.Dispose();

    private List<EpisodeFrame> Frames(EpisodeEntry entry, ReadOptions options)
    {
        Feature[] images = options.WithPictures ? [.. info.Features.Where(f => f.IsImage)] : [];
        Feature[] numbers = [.. info.Labels];
        List<string> columns = ["timestamp", "frame_index", "episode_index", "task_index"];
        columns.AddRange(images.Select(f => $"{ParquetSession.Name(f.Key)}.bytes"));
        columns.AddRange(numbers.Concat([info.State, info.Action]).OfType<Feature>().Select(f => ParquetSession.Name(f.Key)));
        var where = info.HasFilePerEpisode ? "" : $" WHERE episode_index = {entry.Index}";

        var frames = new List<EpisodeFrame>(entry.Length);
        foreach (var row in _session.Query($"SELECT {string.Join(", ", columns)} FROM {ParquetSession.Rows(Path.Combine(folder, entry.File))}{where}"))
        {
            if (Convert.ToInt64(row.GetValue(1), null) is var number && number != frames.Count) throw Fault(frames.Count, $"its frame_index is {number}");
            if (Convert.ToInt64(row.GetValue(2), null) is var episode && episode != entry.Index) throw Fault(frames.Count, $"its episode_index is {episode}");
            frames.Add(Frame(row, images, numbers, frames.Count));
        }
        return frames;
    }

    private EpisodeFrame Frame(DuckDBDataReader row, Feature[] images, Feature[] numbers, int index)
    {
        try
        {
            var column = 4;
            var task = (int)Convert.ToInt64(row.GetValue(3), null);
            if (!tasks.TryGetValue(task, out var instruction)) throw new InvalidDataException($"task_index: there is no task {task} in the dataset");
            var pictures = ImmutableDictionary.CreateBuilder<string, ReadOnlyMemory<byte>>();
            var depths = ImmutableDictionary.CreateBuilder<string, ReadOnlyMemory<byte>>();
            foreach (var image in images) (image.IsDepth ? depths : pictures)[image.Name] = Bytes(row, column++, image);
            var labels = ImmutableDictionary.CreateBuilder<string, ImmutableArray<float>>();
            foreach (var label in numbers) labels[label.Name] = Floats(row, column++, label);
            return new EpisodeFrame
            {
                Seconds = Convert.ToDouble(row.GetValue(0), null), Instruction = instruction,
                Pictures = pictures.ToImmutable(), Depths = depths.ToImmutable(), Labels = labels.ToImmutable(),
                State = info.State is { } state ? Floats(row, column++, state) : [],
                Action = info.Action is { } action ? Floats(row, column, action) : [],
            };
        }
        catch (Exception e) when (e is InvalidCastException or InvalidDataException)
        {
            throw Fault(index, e.Message, e);
        }
    }

    private static ReadOnlyMemory<byte> Bytes(DuckDBDataReader row, int column, Feature feature)
    {
        if (row.IsDBNull(column)) throw new InvalidDataException($"{feature.Key}: there is no picture in the file");
        using var stream = row.GetStream(column);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static ImmutableArray<float> Floats(DuckDBDataReader row, int column, Feature feature)
    {
        float[] values;
        try
        {
            values = ColumnValues.Floats(row.GetValue(column));
        }
        catch (InvalidCastException e)
        {
            throw new InvalidDataException($"{feature.Key}: {e.Message}", e);
        }
        return values.Length == feature.Count
            ? ImmutableCollectionsMarshal.AsImmutableArray(values)
            : throw new InvalidDataException($"{feature.Key}: {values.Length} numbers instead of {feature.Count}");
    }

    private void AddVideo(List<EpisodeFrame> frames, Feature feature, EpisodeEntry entry)
    {
        var part = entry.Videos[feature.Key];
        var path = Path.Combine(folder, part.File);
        if (!File.Exists(path)) throw new InvalidDataException("the file does not exist");

        // Half a frame early: a time that was rounded must not skip the first frame. One more than needed, to see whether the lengths agree.
        var (from, read) = (part.FromSeconds - 0.5 / info.Fps, 0);
        foreach (var picture in VideoFrames.Read(path, from, frames.Count + (part.IsWhole ? 1 : 0)))
        {
            if (read == frames.Count) throw new InvalidDataException($"the video has more frames than the episode's {frames.Count}");
            var jpeg = JpegCodec.Encode(picture, JpegQuality, ChromaSubsampling.None);
            frames[read] = frames[read] with { Pictures = frames[read].Pictures.SetItem(feature.Name, jpeg) };
            read++;
        }
        if (read < frames.Count) throw new InvalidDataException($"the video has {read} of the episode's {frames.Count} frames");
    }

    /// <summary>A frame says what the robot was told only where that is not what the episode says.</summary>
    private static ImmutableArray<EpisodeFrame> Told(List<EpisodeFrame> frames)
    {
        var instruction = frames[0].Instruction;
        return [.. frames.Select(frame => frame.Instruction == instruction ? frame with { Instruction = null } : frame)];
    }

    private static InvalidDataException Fault(int frame, string what, Exception? cause = null) => new($"frame {frame}: {what}", cause);
}
