using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace DepthVla.Robot.Model.Text.SentencePiece;

/// <summary>Puts pieces together to text again. Immutable.</summary>
internal sealed class Detokenizer(Vocabulary vocabulary, TrainerSpec trainer, NormalizerSpec normalizer)
{
    private const char Space = '\u2581';

    /// <exception cref="ArgumentOutOfRangeException">An id is not of this vocabulary.</exception>
    public string Decode(ReadOnlySpan<int> ids)
    {
        var text = new StringBuilder();
        var bytes = new List<byte>();
        var stripSpace = normalizer.AddDummyPrefix || normalizer.RemoveExtraWhitespaces;
        foreach (var id in ids)
        {
            if ((uint)id >= (uint)vocabulary.Pieces.Length)
            {
                var last = (vocabulary.Pieces.Length - 1).ToString(CultureInfo.InvariantCulture);
                throw new ArgumentOutOfRangeException(nameof(ids), id, $"expected 0 to {last}; the ids are another tokenizer's");
            }

            var piece = vocabulary.Pieces[id];
            if (piece.Type == PieceType.Byte)
            {
                bytes.Add(vocabulary.ByteOf(id));
                continue;
            }

            Flush(bytes, text);
            stripSpace &= text.Length == 0;
            switch (piece.Type)
            {
                case PieceType.Control: break;
                case PieceType.Unknown: text.Append(trainer.UnkSurface); break;
                default:
                    var spelling = piece.Text;
                    if (stripSpace && spelling[0] == Space)
                    {
                        spelling = spelling[1..];
                        stripSpace = normalizer.RemoveExtraWhitespaces; // else it was the dummy, and the next one is real
                    }

                    text.Append(spelling.Replace(Space, ' '));
                    break;
            }
        }

        Flush(bytes, text);
        return text.ToString();
    }

    private static void Flush(List<byte> bytes, StringBuilder text)
    {
        LenientUtf8.Append(text, CollectionsMarshal.AsSpan(bytes));
        bytes.Clear();
    }
}
