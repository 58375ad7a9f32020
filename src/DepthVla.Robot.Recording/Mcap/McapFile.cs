using System.Collections.Immutable;

namespace DepthVla.Robot.Recording.Mcap;

/// <summary>What the messages of some channels mean.</summary>
/// <param name="Name">Such as "foxglove.CompressedImage".</param>
/// <param name="Encoding">Such as "protobuf".</param>
/// <param name="Data">The schema itself: for protobuf a FileDescriptorSet.</param>
public sealed record McapSchema(string Name, string Encoding, ReadOnlyMemory<byte> Data);

/// <summary>A stream of messages.</summary>
/// <param name="Topic">Its name.</param>
/// <param name="MessageEncoding">Such as "protobuf".</param>
/// <param name="Schema">What its messages mean; null where the file does not say.</param>
/// <param name="Metadata">Whatever else its writer knew.</param>
public sealed record McapChannel(string Topic, string MessageEncoding, McapSchema? Schema, ImmutableSortedDictionary<string, string> Metadata);

/// <summary>One message. Its bytes are the file's: shared, not copied.</summary>
/// <param name="Channel">Which stream it belongs to.</param>
/// <param name="Sequence">A number that its writer chose.</param>
/// <param name="LogTimeNs">When it was recorded, ns since an epoch that the file's users know.</param>
/// <param name="PublishTimeNs">When it was made.</param>
/// <param name="Data">In the channel's encoding.</param>
public sealed record McapMessage(McapChannel Channel, uint Sequence, ulong LogTimeNs, ulong PublishTimeNs, ReadOnlyMemory<byte> Data);

/// <summary>Names and values about a file.</summary>
/// <param name="Name">What they are about.</param>
/// <param name="Values">By name.</param>
public sealed record McapMetadata(string Name, ImmutableSortedDictionary<string, string> Values);

/// <summary>All of a file that could be read. Immutable.</summary>
public sealed record McapFile
{
    /// <summary>What the file promises of its contents; free text.</summary>
    public required string Profile { get; init; }

    /// <summary>Who wrote it; free text.</summary>
    public required string Library { get; init; }

    /// <summary>In the order of the file.</summary>
    public required ImmutableArray<McapMetadata> Metadata { get; init; }

    /// <summary>In the order of the file, which need not be that of time.</summary>
    public required ImmutableArray<McapMessage> Messages { get; init; }

    /// <summary>Where reading ended before the file's proper end, or what in it is damaged; null for a file that is whole.</summary>
    public required string? Problem { get; init; }
}
