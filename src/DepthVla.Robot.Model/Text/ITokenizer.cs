namespace DepthVla.Robot.Model.Text;

/// <summary>Turns text into the ids that a language model reads, and back. Immutable: safe from any thread.</summary>
public interface ITokenizer
{
    /// <summary>Ids run from 0 to below this.</summary>
    int VocabularySize { get; }

    /// <summary>The id that fills unused places, or null when the vocabulary has none.</summary>
    int? PadId { get; }

    /// <summary>The id that begins a text, or null when the vocabulary has none.</summary>
    int? BosId { get; }

    /// <summary>The id that ends a text, or null when the vocabulary has none.</summary>
    int? EosId { get; }

    /// <summary>The id of what the vocabulary cannot spell, or null when it spells everything.</summary>
    int? UnkId { get; }

    /// <summary>Equal for tokenizers that encode equally, in every process: the kind and, where there is a file, its SHA-256.</summary>
    string Identity { get; }

    /// <summary>The ids of <paramref name="text"/>, without begin or end. No text is refused; a lone surrogate reads as U+FFFD.</summary>
    int[] Encode(ReadOnlySpan<char> text);

    /// <summary>The text of <paramref name="ids"/>. Begin, end and padding vanish; bytes that are no UTF-8 become U+FFFD, one each.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An id is not of this vocabulary.</exception>
    string Decode(ReadOnlySpan<int> ids);
}
