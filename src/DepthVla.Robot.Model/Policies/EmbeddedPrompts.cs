using System.Runtime.InteropServices;
using DepthVla.Robot.Model.Network;
using DepthVla.Robot.Model.Text;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Policies;

/// <summary>Prompts as the VLM reads them: embedded when an instruction changes, not with every observation. For one thread at a time.</summary>
/// <remarks>π0.5 reads the state from its prompt, which is another one each time.</remarks>
/// <param name="network">Embeds them.</param>
/// <param name="device">Where that lies.</param>
internal sealed class EmbeddedPrompts(IActionNetwork network, TorchDevice device) : IDisposable
{
    /// <summary>More than a server's robots; then the one that was not asked for longest goes. Of 48 ids of the paper's size each takes 0.2 MB.</summary>
    internal const int Most = 128;

    private readonly Dictionary<string, Known> _known = [];
    private long _asked;

    /// <summary>How many are kept.</summary>
    internal int Count => _known.Count;

    /// <summary>[1, L, W]; stays this object's, at least until <see cref="Most"/> others were asked for.</summary>
    internal Tensor Of(Prompt prompt)
    {
        var key = MemoryMarshal.Cast<int, char>(prompt.Ids.AsSpan());
        if (!_known.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(key, out var known))
        {
            if (_known.Count == Most) Forget();
            _known[key.ToString()] = known = new(Embed(prompt));
        }

        known.LastAsked = ++_asked;
        return known.Text;
    }

    public void Dispose()
    {
        foreach (var known in _known.Values) known.Text.Dispose();
        _known.Clear();
    }

    private Tensor Embed(Prompt prompt)
    {
        using var scope = new TensorScope();
        long[] ids = [.. prompt.Ids];
        return network.EmbedText(Tensor.From<long>(ids, [1, ids.Length], device)).OutliveScope();
    }

    private void Forget()
    {
        _known.Remove(_known.MinBy(k => k.Value.LastAsked).Key, out var oldest);
        oldest!.Text.Dispose();
    }

    private sealed class Known(Tensor text)
    {
        internal Tensor Text => text;

        internal long LastAsked { get; set; }
    }
}
