using System.Collections.Immutable;
using DepthVla.Flight.V1;
using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Contracts.Mapping;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Recording.Mcap;
using Foxglove.Schemas;
using Google.Protobuf;
using Wire = DepthVla.Policy.V1;

namespace DepthVla.Robot.Recording.Flight;

/// <summary>An observation as it was sent, and what came of it.</summary>
/// <param name="Observation">Frames and all.</param>
/// <param name="Chunk">The answer; null where none came, or none that was still in the ring.</param>
public sealed record RecordedObservation(Observation Observation, ActionChunk? Chunk);

/// <summary>A flight from its file. Immutable.</summary>
public sealed record RecordedFlight
{
    /// <summary>What is known of the flight as a whole, by name.</summary>
    public required ImmutableDictionary<string, ImmutableSortedDictionary<string, string>> Metadata { get; init; }

    /// <summary>In the order of their sequence.</summary>
    public required ImmutableArray<RecordedObservation> Observations { get; init; }

    /// <summary>Observations of which a frame was no longer in the ring.</summary>
    public required int Incomplete { get; init; }

    /// <summary>Every turn of the control loop, in the order of time.</summary>
    public required ImmutableArray<Tick> Ticks { get; init; }

    /// <summary>What the daemon logged.</summary>
    public required ImmutableArray<Log> Log { get; init; }

    /// <summary>Where reading ended before the file's proper end, or what in it is damaged; null for a file that is whole.</summary>
    public required string? Problem { get; init; }

    /// <summary>Reads a flight, as far as it is there.</summary>
    /// <exception cref="McapException">The file is no flight.</exception>
    /// <exception cref="IOException">It cannot be read at all.</exception>
    public static RecordedFlight Read(string path) => Of(McapReader.Read(path));

    /// <summary>What the file's messages tell.</summary>
    /// <exception cref="McapException">The file is no flight.</exception>
    public static RecordedFlight Of(McapFile file)
    {
        if (file.Profile != FlightFile.Profile)
        {
            throw new McapException($"Header.profile: expected '{FlightFile.Profile}', got '{file.Profile}'; name a file that depthvla-daemon wrote");
        }

        var byTopic = file.Messages.ToLookup(message => message.Channel.Topic);
        try
        {
            return Of(file, byTopic);
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or MalformedMessageException)
        {
            throw new McapException($"a message of the flight means nothing: {e.Message}; the file was changed after it was written, or by another version");
        }
    }

    private static RecordedFlight Of(McapFile file, ILookup<string, McapMessage> byTopic)
    {
        var frames = file.Messages.Where(m => m.Channel.Schema?.Name is CompressedName or RawName).GroupBy(m => (m.Channel.Topic, m.Sequence)).ToDictionary(g => g.Key, g => g.Last());
        var chunks = byTopic[FlightTopics.Chunks].Select(m => Wire.ActionChunk.Parser.ParseFrom(m.Data.Span).ToCore()).GroupBy(c => c.BasedOnSequence).ToDictionary(g => g.Key, g => g.First());
        var sent = byTopic[FlightTopics.Observations].Select(m => Whole(m, frames)).ToArray();
        return new()
        {
            Metadata = file.Metadata.GroupBy(m => m.Name).ToImmutableDictionary(g => g.Key, g => g.Last().Values),
            Observations = [.. sent.OfType<Observation>().OrderBy(o => o.Sequence).Select(o => new RecordedObservation(o, chunks.GetValueOrDefault(o.Sequence)))],
            Incomplete = sent.Count(o => o is null),
            Ticks = [.. byTopic[FlightTopics.Ticks].Select(m => Tick.Parser.ParseFrom(m.Data.Span)).OrderBy(t => t.TimeNs)],
            Log = [.. byTopic[FlightTopics.Log].Select(m => Foxglove.Schemas.Log.Parser.ParseFrom(m.Data.Span))],
            Problem = file.Problem,
        };
    }

    private const string CompressedName = "foxglove.CompressedImage", RawName = "foxglove.RawImage";

    // With its frames' bytes in place; null where one of them is not there.
    private static Observation? Whole(McapMessage message, Dictionary<(string Topic, uint Sequence), McapMessage> frames)
    {
        var observation = Wire.Observation.Parser.ParseFrom(message.Data.Span);
        foreach (var frame in observation.Frames)
        {
            if (!frames.TryGetValue((FlightTopics.Camera(frame.Camera), message.Sequence), out var picture)) return null;
            frame.Data = picture.Channel.Schema!.Name == CompressedName ? CompressedImage.Parser.ParseFrom(picture.Data.Span).Data : RawImage.Parser.ParseFrom(picture.Data.Span).Data;
        }

        return observation.ToCore();
    }
}
