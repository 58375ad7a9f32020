using System.Collections.Immutable;

namespace DepthVla.Robot.Model.Text.SentencePiece;

/// <summary>Finds pieces byte by byte: from a node, a byte leads to the node of the longer prefix. Immutable.</summary>
/// <remarks>Nodes are numbered breadth first, so that the children of a node lie side by side and end where the next node's begin.</remarks>
internal sealed class PieceTrie
{
    /// <summary>The node of the empty prefix.</summary>
    public const int Root = 0;

    /// <summary>No node, or no piece.</summary>
    public const int None = -1;

    private readonly byte[] _labels;        // [nodes]: the byte that leads here
    private readonly int[] _firstChild;     // [nodes + 1]
    private readonly int[] _ids;            // [nodes]: the piece that ends here, or None

    /// <summary>A trie of those <paramref name="pieces"/> that <paramref name="belongs"/> picks.</summary>
    /// <exception cref="InvalidDataException">Two of them are spelled alike.</exception>
    public PieceTrie(ImmutableArray<Piece> pieces, Func<Piece, bool> belongs)
    {
        var sorted = Enumerable.Range(0, pieces.Length).Where(id => belongs(pieces[id])).ToArray();
        Array.Sort(sorted, (a, b) => pieces[a].Utf8.Span.SequenceCompareTo(pieces[b].Utf8.Span));
        for (var i = 1; i < sorted.Length; i++)
        {
            var (a, b) = (Math.Min(sorted[i - 1], sorted[i]), Math.Max(sorted[i - 1], sorted[i]));
            if (pieces[a].Utf8.Span.SequenceEqual(pieces[b].Utf8.Span))
            {
                throw new InvalidDataException($"pieces[{b}].piece: \"{pieces[b].Text}\" is already the spelling of id {a}");
            }
        }

        var labels = new List<byte> { 0 };
        var firstChild = new List<int>();
        var ids = new List<int>();
        var unvisited = new Queue<(int First, int End, int Depth)>([(0, sorted.Length, 0)]); // sorted[First..End] share a prefix of Depth bytes
        while (unvisited.TryDequeue(out var node))
        {
            var (first, end, depth) = node;
            var endsHere = first < end && pieces[sorted[first]].Utf8.Length == depth; // the shortest sorts first
            ids.Add(endsHere ? sorted[first++] : None);
            firstChild.Add(labels.Count);
            while (first < end)
            {
                var label = pieces[sorted[first]].Utf8.Span[depth];
                var next = first + 1;
                while (next < end && pieces[sorted[next]].Utf8.Span[depth] == label) next++;
                labels.Add(label);
                unvisited.Enqueue((first, next, depth + 1));
                first = next;
            }
        }

        firstChild.Add(labels.Count);
        (_labels, _firstChild, _ids) = ([.. labels], [.. firstChild], [.. ids]);
    }

    /// <summary>Whether it holds no piece.</summary>
    public bool IsEmpty => _labels.Length == 1;

    /// <summary>The node one <paramref name="label"/> further, or <see cref="None"/>.</summary>
    public int Step(int node, byte label)
    {
        var first = _firstChild[node];
        var child = _labels.AsSpan(first, _firstChild[node + 1] - first).IndexOf(label);
        return child < 0 ? None : first + child;
    }

    /// <summary>The node at the end of <paramref name="bytes"/>, or <see cref="None"/>.</summary>
    public int Walk(int node, ReadOnlySpan<byte> bytes)
    {
        for (var i = 0; i < bytes.Length && node != None; i++) node = Step(node, bytes[i]);
        return node;
    }

    /// <summary>The id of the piece that ends at <paramref name="node"/>, or <see cref="None"/>.</summary>
    public int PieceAt(int node) => node == None ? None : _ids[node];

    /// <summary>The id of the piece spelled <paramref name="bytes"/>, or <see cref="None"/>.</summary>
    public int Find(ReadOnlySpan<byte> bytes) => PieceAt(Walk(Root, bytes));

    /// <summary>How many bytes of <paramref name="text"/> the longest piece takes that it starts with; 0 when it starts with none.</summary>
    public int LongestPrefix(ReadOnlySpan<byte> text)
    {
        var longest = 0;
        var node = Root;
        for (var i = 0; i < text.Length && (node = Step(node, text[i])) != None; i++)
        {
            if (_ids[node] != None) longest = i + 1;
        }

        return longest;
    }
}
