using System.Collections.Immutable;
using System.Text;

namespace DepthVla.Robot.Model.Text.SentencePiece;

/// <summary>The pieces of a model, checked and made searchable. Immutable.</summary>
internal sealed class Vocabulary
{
    private readonly PieceTrie _reserved;
    private readonly int[] _bytes;

    /// <exception cref="InvalidDataException">Pieces are missing, double or of a kind that the options exclude; the message says which.</exception>
    public Vocabulary(SentencePieceModel model)
    {
        Pieces = model.Pieces;
        Spelled = new(Pieces, piece => piece.IsSpelled);
        UserDefined = new(Pieces, piece => piece.Type == PieceType.UserDefined);
        _reserved = new(Pieces, piece => !piece.IsSpelled);
        UnkId = FindUnknown();
        _bytes = FindBytes(model.Trainer.ByteFallback);
        BosId = FindControl(model.Trainer.BosPiece);
        EosId = FindControl(model.Trainer.EosPiece);
        PadId = FindControl(model.Trainer.PadPiece);
    }

    public ImmutableArray<Piece> Pieces { get; }

    /// <summary>The pieces that text can turn into.</summary>
    public PieceTrie Spelled { get; }

    /// <summary>Of these, the ones that are always kept whole.</summary>
    public PieceTrie UserDefined { get; }

    public int UnkId { get; }

    public int? BosId { get; }

    public int? EosId { get; }

    public int? PadId { get; }

    /// <summary>Piece ids by byte, or empty without byte fallback.</summary>
    public ReadOnlySpan<int> Bytes => _bytes;

    /// <summary>How many bytes the character at the start of <paramref name="text"/> takes, by its first byte.</summary>
    public static int CharacterLength(ReadOnlySpan<byte> text) => Math.Min(text.Length, text[0] switch { < 0xc0 => 1, < 0xe0 => 2, < 0xf0 => 3, _ => 4 });

    /// <summary>The byte that the piece <paramref name="id"/> stands for; it must be of type byte.</summary>
    public byte ByteOf(int id) => (byte)Array.IndexOf(_bytes, id);

    private int FindUnknown()
    {
        int[] unknown = [.. Enumerable.Range(0, Pieces.Length).Where(id => Pieces[id].Type == PieceType.Unknown)];
        return unknown.Length == 1 ? unknown[0] : throw new InvalidDataException($"pieces: expected one of type unknown, got {unknown.Length} of {Pieces.Length}");
    }

    private int[] FindBytes(bool fallback)
    {
        int[] found = [.. Enumerable.Range(0, Pieces.Length).Where(id => Pieces[id].Type == PieceType.Byte)];
        if (!fallback)
        {
            return found is [] ? [] : throw new InvalidDataException($"pieces[{found[0]}].type: a byte piece, although trainer_spec.byte_fallback is off");
        }

        int[] ids = [.. Enumerable.Range(0, 256).Select(value => _reserved.Find(Encoding.UTF8.GetBytes($"<0x{value:X2}>")))];
        var wrong = found.Except(ids).Concat(ids.Except(found)).ToArray();
        return wrong is [] ? ids : throw new InvalidDataException(
            $"pieces: trainer_spec.byte_fallback needs exactly the 256 byte pieces <0x00> to <0xFF>; {wrong.Length} are missing or spelled otherwise");
    }

    private int? FindControl(string piece)
    {
        var id = _reserved.Find(Encoding.UTF8.GetBytes(piece));
        return id != PieceTrie.None && Pieces[id].Type == PieceType.Control ? id : null;
    }
}
