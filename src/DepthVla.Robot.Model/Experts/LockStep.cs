using DepthVla.Robot.Model.Layers;
using DepthVla.Robot.Model.Operators;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Experts;

/// <summary>Tokens on their way through one expert.</summary>
/// <param name="Expert">Whose weights they meet.</param>
/// <param name="Tokens">[B, T, W of that expert]</param>
/// <param name="Positions">Their rotary positions.</param>
/// <param name="Condition">What adaptive norms are conditioned on [B, 1 or T, W], if they are.</param>
internal readonly record struct TokenStream(Expert Expert, Tensor Tokens, RotaryAngles Positions, Tensor? Condition = null);

/// <summary>What lock-step leaves of one stream.</summary>
/// <param name="Hidden">Its tokens after the last layer, before the final norm: [B, T, W]; as they went into it where only the cache was asked for.</param>
/// <param name="LastInput">Its tokens as they went into the last layer: all that its keys and values know.</param>
/// <param name="Cache">Its keys and values in every layer.</param>
internal readonly record struct StreamResult(Tensor Hidden, Tensor LastInput, KeyValueCache Cache);

/// <summary>Runs streams through their experts layer by layer, with one attention a layer over all of them and what came before.</summary>
/// <remarks>
/// A stream run alone is a prefix; streams run together see each other (as far as the mask allows); <c>past</c> is what earlier runs
/// left. π0, DepthVLA, its ablations and the joint training pass are all this one function.
/// </remarks>
internal static class LockStep
{
    /// <param name="streams">What runs now, in token order; one batch size.</param>
    /// <param name="past">Keys and values seen besides, before those of the streams; null for none.</param>
    /// <param name="mask">bool [B, 1, T, past + T] or [B, 1, 1, past + T], true = visible; null when all is.</param>
    /// <param name="cacheOnly">Nobody reads the tokens that come out: the last layer makes its keys and values and stops.</param>
    internal static StreamResult[] Run(IReadOnlyList<TokenStream> streams, KeyValueCache? past, Tensor? mask, bool cacheOnly = false)
    {
        using var scope = new TensorScope();
        var hidden = streams.Select(s => s.Tokens).ToArray();
        var lastInput = hidden;
        var keys = streams.Select(_ => new List<Tensor>()).ToArray();
        var values = streams.Select(_ => new List<Tensor>()).ToArray();

        var layers = streams[0].Expert.Layers.Count;
        for (var layer = 0; layer < layers; layer++)
        {
            var (number, isLast) = (layer, layer == layers - 1);
            Tensor[] Layer(Tensor[] tokens) => Run(streams, number, tokens, past, mask, keysOnly: isLast && cacheOnly);

            // Gradients to the past pass outside of a layer's inputs.
            var made = past is null ? Recomputation.Run(Layer, hidden) : Layer(hidden);
            for (var i = 0; i < streams.Count; i++)
            {
                keys[i].Add(made[i]);
                values[i].Add(made[streams.Count + i]);
            }

            if (isLast) lastInput = hidden;
            if (!isLast || !cacheOnly) hidden = made[(2 * streams.Count)..];
        }

        return [.. streams.Select((_, i) => new StreamResult(
            scope.Keep(hidden[i]), scope.Keep(lastInput[i]), new KeyValueCache([.. keys[i].Select(scope.Keep)], [.. values[i].Select(scope.Keep)])))];
    }

    // The keys of all streams, then their values, then their tokens after the layer unless only keys and values are wanted.
    private static Tensor[] Run(IReadOnlyList<TokenStream> streams, int layer, Tensor[] hidden, KeyValueCache? past, Tensor? mask, bool keysOnly)
    {
        using var scope = new TensorScope();
        var room = streams.Count == 1 ? past?.Room(layer, hidden[0].Size(1)) : null;
        var own = streams.Select((s, i) => s.Expert.Layers[layer].Project(hidden[i], s.Positions, s.Condition, room?.Place)).ToArray();
        Tensor[] cache = [.. own.Select(p => scope.Keep(p.Key)), .. own.Select(p => scope.Keep(p.Value))];
        if (keysOnly) return cache;

        var (keys, values) = (Tensor.Cat([.. own.Select(p => p.Key)], 2), Tensor.Cat([.. own.Select(p => p.Value)], 2));
        if (past is not null) (keys, values) = room?.All ?? past.Followed(layer, keys, values);
        var attended = GroupedAttention.Forward(Tensor.Cat([.. own.Select(p => p.Query)], 2), keys, values, mask);       // [B, T of all streams, heads·D]

        var next = new Tensor[hidden.Length];
        var start = 0L;
        for (var i = 0; i < streams.Count; i++)
        {
            var end = start + hidden[i].Size(1);
            var mine = streams.Count == 1 ? attended : attended.Slice(1, start, end);
            next[i] = scope.Keep(streams[i].Expert.Layers[layer].Complete(hidden[i], mine, own[i].Gate, streams[i].Condition));
            start = end;
        }

        return [.. cache, .. next];
    }
}
