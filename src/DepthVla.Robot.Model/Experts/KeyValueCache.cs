using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Experts;

/// <summary>Keys (after rotation) and values of some tokens in every layer: [B, kv, T, D] each.</summary>
internal sealed record KeyValueCache(IReadOnlyList<Tensor> Keys, IReadOnlyList<Tensor> Values)
{
    private IReadOnlyList<KeyValueRoom>? _rooms;

    /// <summary>How many tokens it holds.</summary>
    internal long Tokens => Keys[0].Size(2);

    /// <summary>The tokens of several caches, one behind the other.</summary>
    /// <param name="caches">In token order.</param>
    /// <param name="room">
    /// How many tokens will follow again and again, as those of a flow step do: place is kept for them, so that nothing before them is copied each time.
    /// Only where no gradients are recorded, and for one thread.
    /// </param>
    internal static KeyValueCache Join(IReadOnlyList<KeyValueCache> caches, long room = 0)
    {
        if (room == 0) return new([.. Layers(caches, c => c.Keys).Select(parts => Tensor.Cat(parts, 2))], [.. Layers(caches, c => c.Values).Select(parts => Tensor.Cat(parts, 2))]);
        var like = caches[0].Keys[0];
        var empty = Tensor.Full(0, [like.Size(0), like.Size(1), room, like.Size(3)], like.DType, like.Device);
        List<KeyValueRoom> rooms =
        [
            .. Layers(caches, c => c.Keys).Zip(Layers(caches, c => c.Values), (keys, values) => new KeyValueRoom(Tensor.Cat([.. keys, empty], 2), Tensor.Cat([.. values, empty], 2), room)),
        ];
        return new([.. rooms.Select(r => r.SeenKeys)], [.. rooms.Select(r => r.SeenValues)]) { _rooms = rooms };
    }

    /// <summary>The same tokens of several batches, one batch behind the other.</summary>
    internal static KeyValueCache Stack(IReadOnlyList<KeyValueCache> batches) =>
        new([.. Layers(batches, c => c.Keys).Select(rows => Tensor.Cat(rows, 0))], [.. Layers(batches, c => c.Values).Select(rows => Tensor.Cat(rows, 0))]);

    /// <summary>One row of the batch, as a view: [1, kv, T, D] each.</summary>
    internal KeyValueCache Row(long row) => Select(kv => kv.Slice(0, row, row + 1));

    /// <summary>A layer's keys and values with those of more tokens behind them: [B, kv, T + more, D] each.</summary>
    internal (Tensor Keys, Tensor Values) Followed(int layer, Tensor keys, Tensor values) => (Tensor.Cat([Keys[layer], keys], 2), Tensor.Cat([Values[layer], values], 2));

    /// <summary>The room that a layer has for so many tokens more, if it does and no gradients are recorded.</summary>
    internal KeyValueRoom? Room(int layer, long tokens) => _rooms is { } rooms && tokens == rooms[layer].Tokens && !GradMode.IsOn ? rooms[layer] : null;

    /// <summary>Each tensor as <paramref name="change"/> makes it.</summary>
    internal KeyValueCache Select(Func<Tensor, Tensor> change) => new([.. Keys.Select(change)], [.. Values.Select(change)]);

    /// <summary>Puts another's numbers in the place of these; of the same sizes.</summary>
    internal void Overwrite(KeyValueCache numbers)
    {
        foreach (var (place, tensor) in Keys.Concat(Values).Zip(numbers.Keys.Concat(numbers.Values))) place.Overwrite(tensor);
    }

    /// <summary>Releases every tensor: for who made them.</summary>
    internal void Dispose()
    {
        foreach (var tensor in Keys.Concat(Values)) tensor.Dispose();
    }

    private static IEnumerable<Tensor[]> Layers(IReadOnlyList<KeyValueCache> caches, Func<KeyValueCache, IReadOnlyList<Tensor>> part) =>
        Enumerable.Range(0, caches[0].Keys.Count).Select(layer => caches.Select(c => part(c)[layer]).ToArray());
}
