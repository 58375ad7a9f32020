using DepthVla.Robot.Model.Operators;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Experts;

/// <summary>Keys and values of one layer with place for more behind them, which is written again and again.</summary>
internal sealed class KeyValueRoom(Tensor keys, Tensor values, long more)
{
    /// <summary>How many tokens there is place for.</summary>
    internal long Tokens => more;

    /// <summary>Those that were there before: [B, kv, T, D].</summary>
    internal Tensor SeenKeys { get; } = keys.Slice(2, 0, keys.Size(2) - more);

    /// <summary>Their values.</summary>
    internal Tensor SeenValues { get; } = values.Slice(2, 0, values.Size(2) - more);

    /// <summary>Where more are to lie: [B, kv, more, D].</summary>
    internal KeyValuePlace Place { get; } = new(Last(keys, more), Last(values, more));

    /// <summary>All, those in their place included: [B, kv, T + more, D].</summary>
    internal (Tensor Keys, Tensor Values) All => (keys, values);

    private static Tensor Last(Tensor all, long more) => all.Slice(2, all.Size(2) - more, all.Size(2));
}
