using System.Collections.Immutable;
using DepthVla.Robot.Model.Experts;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Network;

/// <summary>Keys and values of depth tokens that were read before.</summary>
/// <param name="Rows">One a row of the batch, [1, kv, C·P, D] in every layer; null where depth is yet to be read, from DepthImages.</param>
internal sealed record KnownDepth(ImmutableArray<KeyValueCache?> Rows)
{
    /// <summary>How many rows are yet to be read.</summary>
    internal int Unread => Rows.Count(row => row is null);

    /// <summary>Which rows are known, a letter each.</summary>
    internal string Pattern => string.Concat(Rows.Select(row => row is null ? '?' : 'k'));

    /// <summary>All rows, with those that were unread in their places.</summary>
    /// <param name="read">The unread ones in their order; null when there are none.</param>
    internal KeyValueCache With(KeyValueCache? read)
    {
        var next = 0;
        return KeyValueCache.Stack([.. Rows.Select(row => row ?? read!.Row(next++))]);
    }

    /// <summary>The same rows, each tensor as <paramref name="change"/> makes it.</summary>
    internal KnownDepth Select(Func<Tensor, Tensor> change) => new([.. Rows.Select(row => row?.Select(change))]);

    /// <summary>Puts another's numbers in the place of these; of the same rows and sizes.</summary>
    internal void Overwrite(KnownDepth numbers)
    {
        foreach (var (row, other) in Rows.Zip(numbers.Rows)) row?.Overwrite(other!);
    }

    /// <summary>Releases every tensor: for who made them.</summary>
    internal void Dispose()
    {
        foreach (var row in Rows) row?.Dispose();
    }

    /// <summary>Of several batches of one row each; null when nothing is known of any.</summary>
    internal static KnownDepth? Join(IReadOnlyList<KnownDepth?> rows) =>
        rows.All(row => row is null) ? null : new([.. rows.Select(row => row?.Rows[0])]);
}
