namespace DepthVla.Robot.Model.Text.SentencePiece;

/// <summary>Encodes exactly as SentencePiece does with the same <c>.model</c> file (unigram or byte-pair). Immutable: safe from any thread.</summary>
public sealed class SentencePieceTokenizer : ITokenizer
{
    private readonly SentencePieceModel _model;
    private readonly Vocabulary _vocabulary;
    private readonly Normalizer _normalizer;
    private readonly ISegmenter _segmenter;
    private readonly Detokenizer _detokenizer;

    /// <exception cref="InvalidDataException">The model contradicts itself; the message names the field.</exception>
    internal SentencePieceTokenizer(SentencePieceModel model)
    {
        _model = model;
        _vocabulary = new(model);
        _normalizer = new(model.Normalizer, model.Trainer.TreatWhitespaceAsSuffix, _vocabulary.UserDefined);
        _segmenter = model.Trainer.ModelType == ModelType.Bpe ? new BpeSegmenter(_vocabulary) : new UnigramSegmenter(_vocabulary);
        _detokenizer = new(_vocabulary, model.Trainer, model.Normalizer);
    }

    /// <inheritdoc/>
    public int VocabularySize => _vocabulary.Pieces.Length;

    /// <inheritdoc/>
    public int? PadId => _vocabulary.PadId;

    /// <inheritdoc/>
    public int? BosId => _vocabulary.BosId;

    /// <inheritdoc/>
    public int? EosId => _vocabulary.EosId;

    /// <inheritdoc/>
    public int? UnkId => _vocabulary.UnkId;

    /// <inheritdoc/>
    public string Identity => $"sentencepiece:{_model.Hash}";

    /// <summary>Reads the tokenizer of the <c>.model</c> file at <paramref name="path"/>.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">The file is no usable model; the message names the file and the field.</exception>
    public static SentencePieceTokenizer Load(string path)
    {
        try
        {
            return new(SentencePieceModel.Load(path));
        }
        catch (InvalidDataException broken)
        {
            throw new InvalidDataException($"{path}: {broken.Message}", broken);
        }
    }

    /// <inheritdoc/>
    public int[] Encode(ReadOnlySpan<char> text)
    {
        var normalized = _normalizer.Normalize(text);
        var ids = new List<int>(normalized.Length);
        var afterUnknown = false;
        foreach (var segment in _segmenter.Split(normalized))
        {
            var isUnknown = segment.Id == _vocabulary.UnkId;
            if (isUnknown && !_vocabulary.Bytes.IsEmpty)
            {
                foreach (var b in normalized.AsSpan(segment.Start, segment.Length)) ids.Add(_vocabulary.Bytes[b]);
            }
            else if (!isUnknown || !afterUnknown) // neighbouring unknown characters are one unknown
            {
                ids.Add(segment.Id);
            }

            afterUnknown = isUnknown;
        }

        return [.. ids];
    }

    /// <inheritdoc/>
    public string Decode(ReadOnlySpan<int> ids) => _detokenizer.Decode(ids);
}
