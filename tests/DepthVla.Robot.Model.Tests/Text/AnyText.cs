using FsCheck;
using FsCheck.Fluent;

namespace DepthVla.Robot.Model.Tests.Text;

/// <summary>Text as it comes and as it never should: words, spaces of many kinds, markers, every UTF-16 unit, halves of surrogate pairs.</summary>
public sealed record AnyText(string Value)
{
    private static readonly string[] Fragments =
    [
        " ", "  ", "     ", "\n", "\n\n", "\t", "\r\n", "\u2581", "\u2581\u2581", "\u00a0", "\u3000", "\0", "\ufffd", "\ud83d", "\ude00", "😀", "e\u0301", "ﬁ", "①",
        "a", "ab", "0", "12", "the ", "pick up", "spoon", "Task: ", "State", "<image>", "<loc0123>", "<bos>", "<unk>", "</s>", "<0x41>", "_", "漢字", "Привет",
    ];

    /// <summary>With every half of a surrogate pair that stands alone replaced: what is left of the text in UTF-8.</summary>
    public string WellFormed => string.Concat(Value.EnumerateRunes());

    public static Arbitrary<AnyText> Texts()
    {
        var fragment = Gen.Frequency((4, Gen.Elements(Fragments)), (1, Gen.Choose(char.MinValue, char.MaxValue).Select(unit => ((char)unit).ToString())));
        return fragment.ListOf().Select(fragments => new AnyText(string.Concat(fragments))).ToArbitrary();
    }
}
