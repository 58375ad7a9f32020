using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Layers;

/// <summary>Scaled dot-product attention with fewer key/value heads than query heads.</summary>
internal static class GroupedAttention
{
    /// <summary>Query heads that share a key/value head are stacked as rows: exact, and the keys are never repeated.</summary>
    /// <param name="query">[B, heads, T, D]</param>
    /// <param name="key">[B, kv, S, D]; key/value head j serves query heads j·heads/kv …</param>
    /// <param name="value">[B, kv, S, D]</param>
    /// <param name="mask">bool, true = visible: [B, 1, T, S], or [B, 1, 1, S] where all rows see the same; null = all visible</param>
    /// <returns>[B, T, heads·D]</returns>
    internal static Tensor Forward(Tensor query, Tensor key, Tensor value, Tensor? mask)
    {
        var (batch, heads, rows, size) = (query.Size(0), query.Size(1), query.Size(2), query.Size(3));
        var (kv, columns) = (key.Size(1), key.Size(2));
        var group = heads / kv;

        var stacked = query.Reshape(batch, kv, group * rows, size);                              // [B, kv, G·T, D]
        if (mask is not null && mask.Size(2) > 1)
        {
            mask = mask.Reshape(batch, 1, 1, rows, columns).Expand(batch, 1, group, rows, columns).Reshape(batch, 1, group * rows, columns);
        }

        var attended = Tensor.Attention(stacked, key, value, mask, 1 / Math.Sqrt(size));         // [B, kv, G·T, D]
        return attended.Reshape(batch, heads, rows, size).Transpose(1, 2).Reshape(batch, rows, heads * size);
    }

    /// <summary>[B, T, heads·D] → [B, heads, T, D]</summary>
    internal static Tensor SplitHeads(Tensor x, long heads) => x.Reshape(x.Size(0), x.Size(1), heads, -1).Transpose(1, 2);
}
