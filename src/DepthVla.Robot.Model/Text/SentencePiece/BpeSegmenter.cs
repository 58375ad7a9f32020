namespace DepthVla.Robot.Model.Text.SentencePiece;

/// <summary>Byte-pair encoding: starts from characters and joins the two neighbours whose piece scores highest, leftmost on ties, until none fit.</summary>
internal sealed class BpeSegmenter(Vocabulary vocabulary) : ISegmenter
{
    /// <inheritdoc/>
    public List<Segment> Split(byte[] text) => new PieceChain(vocabulary, text).Merge();

    /// <summary>A link of the chain. Length 0: joined to its left neighbour.</summary>
    private struct Symbol
    {
        public int Start, Length;
        public int Previous, Next; // -1 before the first, the number of symbols after the last
        public int Node;           // where its bytes lead in the trie, or None
        public bool IsWhole;       // user-defined: never joined
    }

    /// <summary>Two neighbours that make a piece of <paramref name="Length"/> bytes; stale once either of them has grown or gone.</summary>
    private readonly record struct PairJoin(int Left, int Right, int Length, int Node);

    private sealed class PieceChain
    {
        private readonly Vocabulary _vocabulary;
        private readonly byte[] _text;
        private readonly Symbol[] _symbols;
        private readonly PriorityQueue<PairJoin, (float NegativeScore, int Left)> _joins = new();
        private readonly Dictionary<int, int> _unused = []; // unused piece: how many bytes its left part had
        private readonly Stack<(int Start, int Length)> _parts = new();

        public PieceChain(Vocabulary vocabulary, byte[] text)
        {
            (_vocabulary, _text) = (vocabulary, text);
            var symbols = new List<Symbol>(text.Length);
            for (var start = 0; start < text.Length;)
            {
                var rest = text.AsSpan(start);
                var whole = vocabulary.UserDefined.LongestPrefix(rest);
                var length = whole > 0 ? whole : Vocabulary.CharacterLength(rest);
                symbols.Add(new()
                {
                    Start = start, Length = length, Previous = symbols.Count - 1, Next = symbols.Count + 1,
                    Node = vocabulary.Spelled.Walk(PieceTrie.Root, rest[..length]), IsWhole = whole > 0,
                });
                start += length;
            }

            _symbols = [.. symbols];
        }

        public List<Segment> Merge()
        {
            for (var i = 0; i < _symbols.Length; i++) Propose(i);
            while (_joins.TryDequeue(out var join, out _)) Apply(join);

            var segments = new List<Segment>();
            for (var i = 0; i < _symbols.Length; i = _symbols[i].Next) Emit(_symbols[i], segments);
            return segments;
        }

        private void Propose(int left)
        {
            if (left < 0 || _symbols[left].Next == _symbols.Length) return;

            ref readonly var a = ref _symbols[left];
            ref readonly var b = ref _symbols[a.Next];
            if (a.IsWhole || b.IsWhole) return;

            var node = _vocabulary.Spelled.Walk(a.Node, _text.AsSpan(b.Start, b.Length));
            var id = _vocabulary.Spelled.PieceAt(node);
            if (id == PieceTrie.None) return;

            var piece = _vocabulary.Pieces[id];
            if (piece.Type == PieceType.Unused) _unused[id] = a.Length;
            _joins.Enqueue(new(left, a.Next, a.Length + b.Length, node), (-piece.Score, left));
        }

        private void Apply(PairJoin join)
        {
            ref var a = ref _symbols[join.Left];
            ref var b = ref _symbols[join.Right];
            if (a.Length == 0 || b.Length == 0 || a.Length + b.Length != join.Length) return;

            (a.Length, a.Node, a.Next) = (join.Length, join.Node, b.Next);
            b.Length = 0;
            if (a.Next < _symbols.Length) _symbols[a.Next].Previous = join.Left;
            Propose(a.Previous);
            Propose(join.Left);
        }

        /// <summary>The symbol as a segment; an unused piece falls apart again into what it was joined from.</summary>
        private void Emit(Symbol symbol, List<Segment> segments)
        {
            _parts.Push((symbol.Start, symbol.Length));
            while (_parts.TryPop(out var part))
            {
                var (start, length) = part;
                var id = _vocabulary.Spelled.Find(_text.AsSpan(start, length));
                if (id != PieceTrie.None && _unused.TryGetValue(id, out var left))
                {
                    _parts.Push((start + left, length - left));
                    _parts.Push((start, left));
                }
                else
                {
                    segments.Add(new(start, length, id != PieceTrie.None ? id : _vocabulary.UnkId));
                }
            }
        }
    }
}
