namespace DepthVla.Robot.Model.Text.SentencePiece;

/// <summary>How text is cleaned before it is split.</summary>
internal sealed record NormalizerSpec
{
    /// <summary>The compiled <see cref="CharacterMap"/>; empty changes no character.</summary>
    public ReadOnlyMemory<byte> PrecompiledCharsMap { get; init; }

    /// <summary>Whether a space is put in front, so that a word is spelled alike everywhere.</summary>
    public bool AddDummyPrefix { get; init; } = true;

    /// <summary>Whether spaces at the ends vanish and runs of spaces shrink to one.</summary>
    public bool RemoveExtraWhitespaces { get; init; } = true;

    /// <summary>Whether a space becomes U+2581.</summary>
    public bool EscapeWhitespaces { get; init; } = true;

    /// <summary>This with the fields of <paramref name="message"/> laid over it.</summary>
    public NormalizerSpec Merge(ReadOnlyMemory<byte> message)
    {
        var spec = this;
        for (var reader = new WireReader(message); reader.Next();)
        {
            spec = reader.Tag switch
            {
                (2, WireType.Bytes) => spec with { PrecompiledCharsMap = reader.Bytes },
                (3, WireType.Varint) => spec with { AddDummyPrefix = reader.Bool },
                (4, WireType.Varint) => spec with { RemoveExtraWhitespaces = reader.Bool },
                (5, WireType.Varint) => spec with { EscapeWhitespaces = reader.Bool },
                _ => spec,
            };
        }

        return spec;
    }
}
