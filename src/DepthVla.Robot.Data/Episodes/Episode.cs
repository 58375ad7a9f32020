using System.Collections.Immutable;

namespace DepthVla.Robot.Data.Episodes;

/// <summary>One attempt at one instruction, frame by frame. Immutable.</summary>
/// <param name="Index">Its number in the dataset, from 0.</param>
/// <param name="Instruction">What the robot was told at first.</param>
/// <param name="Frames">In the order of time, at the dataset's rate.</param>
public sealed record Episode(int Index, string Instruction, ImmutableArray<EpisodeFrame> Frames);

/// <summary>One moment of an episode: what was seen and felt, and what was done about it. Immutable.</summary>
public sealed record EpisodeFrame
{
    /// <summary>Since the episode's first frame, s.</summary>
    public required double Seconds { get; init; }

    /// <summary>What the robot was told by now, where that is no longer the episode's instruction.</summary>
    public string? Instruction { get; init; }

    /// <summary>Pictures by camera name ("primary"): JPEG or PNG.</summary>
    public required ImmutableDictionary<string, ReadOnlyMemory<byte>> Pictures { get; init; }

    /// <summary>Depth by camera name: 16-bit grey PNG, mm, 0 where it is not known. Empty when there is none.</summary>
    public ImmutableDictionary<string, ReadOnlyMemory<byte>> Depths { get; init; } = ImmutableDictionary<string, ReadOnlyMemory<byte>>.Empty;

    /// <summary>Proprioception, rad or m, one number a joint.</summary>
    public required ImmutableArray<float> State { get; init; }

    /// <summary>What was commanded at this moment, in the dataset's action representation.</summary>
    public required ImmutableArray<float> Action { get; init; }

    /// <summary>What only a simulator knows, by name, row-major: labels for training. NaN where it does not know.</summary>
    public ImmutableDictionary<string, ImmutableArray<float>> Labels { get; init; } = ImmutableDictionary<string, ImmutableArray<float>>.Empty;
}
