namespace DepthVla.Robot.Model.Text.SentencePiece;

/// <summary>Unigram language model: the split whose pieces have the highest summed log probability (Viterbi).</summary>
internal sealed class UnigramSegmenter : ISegmenter
{
    private const float UnknownPenalty = 10;
    private const double UserDefinedPenalty = 0.1;

    /// <summary>Where the search for the best score starts. Log probabilities lie below it, so that it usually is "the best score".</summary>
    private const float SmallestNormal = 1.17549435e-38f;

    private readonly Vocabulary _vocabulary;
    private readonly float _unknownScore;
    private readonly float _maxScore = SmallestNormal;

    /// <exception cref="InvalidDataException">No text can turn into any piece.</exception>
    public UnigramSegmenter(Vocabulary vocabulary)
    {
        if (vocabulary.Spelled.IsEmpty) throw new InvalidDataException("pieces: expected some of type normal or user-defined, got none");

        _vocabulary = vocabulary;
        var minScore = float.MaxValue;
        foreach (var piece in vocabulary.Pieces)
        {
            if (piece.Type != PieceType.Normal) continue;
            minScore = Math.Min(minScore, piece.Score);
            _maxScore = Math.Max(_maxScore, piece.Score);
        }

        _unknownScore = minScore - UnknownPenalty;
    }

    /// <inheritdoc/>
    public List<Segment> Split(byte[] text)
    {
        // Sums are rounded to float after each piece but compared as double before that, as SentencePiece does: near-ties depend on it.
        var best = new BestPath[text.Length + 1]; // best[i]: the best split of the first i bytes
        for (var start = 0; start < text.Length;)
        {
            var rest = text.AsSpan(start);
            var character = Vocabulary.CharacterLength(rest);
            var isSpelled = false;
            var node = PieceTrie.Root;
            for (var length = 1; length <= rest.Length && (node = _vocabulary.Spelled.Step(node, rest[length - 1])) != PieceTrie.None; length++)
            {
                var id = _vocabulary.Spelled.PieceAt(node);
                if (id == PieceTrie.None || _vocabulary.Pieces[id].Type == PieceType.Unused) continue;
                best[start + length].Improve(best[start].Score + Score(id, length), length, id);
                isSpelled |= length == character;
            }

            if (!isSpelled) best[start + character].Improve(best[start].Score + _unknownScore, character, _vocabulary.UnkId);
            start += character;
        }

        var segments = new List<Segment>();
        for (var end = text.Length; end > 0; end -= best[end].Length) segments.Add(new(end - best[end].Length, best[end].Length, best[end].Id));
        segments.Reverse();
        return segments;
    }

    /// <summary>A user-defined piece nearly always wins, whatever score is stored for it.</summary>
    private double Score(int id, int length)
    {
        var piece = _vocabulary.Pieces[id];
        return piece.Type == PieceType.UserDefined ? length * _maxScore - UserDefinedPenalty : piece.Score;
    }

    /// <summary>The last piece of the best split so far. Length 0: none yet.</summary>
    private struct BestPath
    {
        public float Score;
        public int Length, Id;

        /// <summary>Takes the split that scores better; the one found first on ties.</summary>
        public void Improve(double score, int length, int id)
        {
            if (Length == 0 || score > Score) (Score, Length, Id) = ((float)score, length, id);
        }
    }
}
