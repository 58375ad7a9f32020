using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Experts;

/// <summary>Keys (after rotation) and values of some tokens in every layer: [B, kv, T, D] each.</summary>
internal sealed record KeyValueCache(IReadOnlyList<Tensor> Keys, IReadOnlyList<Tensor> Values)
{
    /// <summary>How many tokens it holds.</summary>
    internal long Tokens => Keys[0].Size(2);

    /// <summary>The tokens of several caches, one behind the other.</summary>
    internal static KeyValueCache Join(params IReadOnlyList<KeyValueCache> caches) => new(
        [.. caches[0].Keys.Select((_, layer) => Tensor.Cat([.. caches.Select(c => c.Keys[layer])], 2))],
        [.. caches[0].Values.Select((_, layer) => Tensor.Cat([.. caches.Select(c => c.Values[layer])], 2))]);

    /// <summary>Each tensor as <paramref name="change"/> makes it.</summary>
    internal KeyValueCache Select(Func<Tensor, Tensor> change) => new([.. Keys.Select(change)], [.. Values.Select(change)]);
}
