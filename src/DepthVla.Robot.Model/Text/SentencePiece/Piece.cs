using System.Text;

namespace DepthVla.Robot.Model.Text.SentencePiece;

/// <summary>What a piece is for. Numbers as in the file.</summary>
internal enum PieceType
{
    /// <summary>Found in text by its score.</summary>
    Normal = 1,

    /// <summary>Stands for what cannot be spelled; there is one.</summary>
    Unknown = 2,

    /// <summary>Begin, end, padding: never found in text.</summary>
    Control = 3,

    /// <summary>Always kept whole in text.</summary>
    UserDefined = 4,

    /// <summary>Takes part in merges, but is split again.</summary>
    Unused = 5,

    /// <summary>One byte of an unknown character, spelled <c>&lt;0xNN&gt;</c>.</summary>
    Byte = 6,
}

/// <summary>An entry of the vocabulary.</summary>
/// <param name="Utf8">Its spelling, spaces as U+2581; not empty.</param>
/// <param name="Score">Unigram: log probability. Byte-pair: higher merges first. Finite.</param>
/// <param name="Type">What it is for.</param>
internal readonly record struct Piece(ReadOnlyMemory<byte> Utf8, float Score, PieceType Type)
{
    /// <summary>Its spelling as text.</summary>
    public string Text => Encoding.UTF8.GetString(Utf8.Span);

    /// <summary>Whether text can turn into it.</summary>
    public bool IsSpelled => Type is PieceType.Normal or PieceType.UserDefined or PieceType.Unused;
}
