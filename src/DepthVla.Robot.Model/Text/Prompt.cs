using System.Collections.Immutable;

namespace DepthVla.Robot.Model.Text;

/// <summary>An instruction as the model reads it.</summary>
/// <param name="Ids">[L]: real ids only, no padding. A model that masks padding sees the same with and without it.</param>
/// <param name="FullLength">How many ids the whole prompt has; more than L when its end was cut off.</param>
public sealed record Prompt(ImmutableArray<int> Ids, int FullLength)
{
    /// <summary>True when the end was cut off: the model misses words, and the newline that asks for the answer.</summary>
    public bool IsTruncated => FullLength > Ids.Length;

    /// <summary>Writes the ids and then zeros; <paramref name="mask"/> is true for the ids. What pads is masked, so that its value never counts.</summary>
    /// <exception cref="ArgumentException">The spans differ in length, or have no room for the ids.</exception>
    public void CopyPadded(Span<int> ids, Span<bool> mask)
    {
        if (ids.Length != mask.Length) throw new ArgumentException($"{mask.Length} places for {ids.Length} ids; give as many", nameof(mask));
        if (ids.Length < Ids.Length) throw new ArgumentException($"{Ids.Length} ids do not fit {ids.Length} places; encode with that maximum", nameof(ids));

        Ids.CopyTo(ids);
        ids[Ids.Length..].Clear();
        mask[..Ids.Length].Fill(true);
        mask[Ids.Length..].Clear();
    }
}
