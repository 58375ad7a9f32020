using System.Text;

namespace DepthVla.Robot.Model.Text.SentencePiece;

/// <summary>How text is split into pieces. Numbers as in the file.</summary>
internal enum ModelType
{
    /// <summary>The most probable split.</summary>
    Unigram = 1,

    /// <summary>Byte-pair merges, best score first.</summary>
    Bpe = 2,
}

/// <summary>Of the training options, those that change how text is encoded.</summary>
internal sealed record TrainerSpec
{
    public ModelType ModelType { get; init; } = ModelType.Unigram;

    /// <summary>Whether an unknown character becomes its UTF-8 bytes instead of "unknown".</summary>
    public bool ByteFallback { get; init; }

    /// <summary>Whether the dummy space goes behind the text instead of in front.</summary>
    public bool TreatWhitespaceAsSuffix { get; init; }

    public string BosPiece { get; init; } = "<s>";

    public string EosPiece { get; init; } = "</s>";

    public string PadPiece { get; init; } = "<pad>";

    /// <summary>What "unknown" decodes to: U+2047 between spaces.</summary>
    public string UnkSurface { get; init; } = " \u2047 ";

    /// <summary>This with the fields of <paramref name="message"/> laid over it.</summary>
    public TrainerSpec Merge(ReadOnlyMemory<byte> message)
    {
        var spec = this;
        for (var reader = new WireReader(message); reader.Next();)
        {
            spec = reader.Tag switch
            {
                (3, WireType.Varint) => spec with { ModelType = Supported(reader.Int32) },
                (24, WireType.Varint) => spec with { TreatWhitespaceAsSuffix = reader.Bool },
                (35, WireType.Varint) => spec with { ByteFallback = reader.Bool },
                (44, WireType.Bytes) => spec with { UnkSurface = Encoding.UTF8.GetString(reader.Bytes.Span) },
                (46, WireType.Bytes) => spec with { BosPiece = Encoding.UTF8.GetString(reader.Bytes.Span) },
                (47, WireType.Bytes) => spec with { EosPiece = Encoding.UTF8.GetString(reader.Bytes.Span) },
                (48, WireType.Bytes) => spec with { PadPiece = Encoding.UTF8.GetString(reader.Bytes.Span) },
                _ => spec,
            };
        }

        return spec;
    }

    private static ModelType Supported(int type) => Enum.IsDefined((ModelType)type)
        ? (ModelType)type
        : throw new InvalidDataException($"trainer_spec.model_type: expected unigram (1) or bpe (2), got {type}; retrain the tokenizer as one of them");
}
