using System.Globalization;
using DepthVla.Robot.Recording.Mcap;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace DepthVla.Robot.Recording.Flight;

/// <summary>Writes what the ring holds to a file, while it goes on being filled.</summary>
public static class FlightFile
{
    /// <summary>What such a file promises: the topics of <see cref="FlightTopics"/>.</summary>
    public const string Profile = "depthvla-flight";

    private const string Encoding = "protobuf";

    /// <summary>Where a flight that is written now belongs: a name by time and robot.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="robotId">The robot's name; what no file name should hold becomes '-'.</param>
    /// <param name="now">UTC.</param>
    public static string PathFor(string folder, string robotId, DateTimeOffset now)
    {
        var name = string.Concat(robotId.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '-'));
        return Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"flight-{now.UtcDateTime:yyyyMMdd'T'HHmmss.fff}Z-{name}.mcap"));
    }

    /// <summary>Writes it. A file of that name is whole: until then it is called <c>.partial</c>.</summary>
    /// <remarks>Needs about two megabytes besides the ring.</remarks>
    /// <returns>How many messages are in it.</returns>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder is another's.</exception>
    public static long Write(string path, FlightRing ring, FlightRecorder recorder, string library, IEnumerable<McapMetadata> metadata)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var partial = path + ".partial";
        long messages;
        using (var stream = File.Create(partial)) messages = Write(stream, ring, recorder, library, metadata);
        File.Move(partial, path, overwrite: true);
        return messages;
    }

    /// <summary>The same to a stream.</summary>
    public static long Write(Stream stream, FlightRing ring, FlightRecorder recorder, string library, IEnumerable<McapMetadata> metadata)
    {
        var writer = new McapWriter(stream, Profile, library);
        foreach (var (name, values) in metadata) writer.Write(name, values);
        var channels = AddTopics(writer, recorder);
        var (position, end, bytes, messages) = (0L, ring.End, new byte[64 * 1024], 0L);
        for (; ring.TryRead(ref position, end, ref bytes, out var length, out var entry); messages++)
        {
            writer.Write(channels[entry.Channel], entry.Sequence, Time(entry.RecordedNs), Time(entry.MadeNs), bytes.AsSpan(0, length));
        }

        writer.Finish();
        return messages;

        ulong Time(long ns) => (ulong)Math.Max(0, ns + recorder.EpochNs);
    }

    private static ushort[] AddTopics(McapWriter writer, FlightRecorder recorder)
    {
        var schemas = recorder.Topics.Select(topic => topic.Message).Distinct()
            .ToDictionary(message => message, message => writer.AddSchema(new(message.FullName, Encoding, Schema(message))));
        return [.. recorder.Topics.Select(topic => writer.AddChannel(topic.Name, Encoding, schemas[topic.Message]))];
    }

    // The message's own file and all that it imports, those first.
    private static byte[] Schema(MessageDescriptor message)
    {
        var files = new FileDescriptorSet();
        Add(message.File);
        return files.ToByteArray();

        void Add(FileDescriptor file)
        {
            if (files.File.Any(there => there.Name == file.Name)) return;
            foreach (var imported in file.Dependencies) Add(imported);
            files.File.Add(file.ToProto());
        }
    }
}
